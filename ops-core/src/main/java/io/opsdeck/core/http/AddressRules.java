package io.opsdeck.core.http;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Which addresses may be called: those of the public internet, and what the installation allows. Of IPv6 only the
 * global unicast block is public, without the parts of it that carry another address or lead nowhere; an IPv4 address
 * inside of an IPv6 one is judged as what it is.
 */
final class AddressRules {

    private static final List<AddressBlock> INNER = Stream.of(
                    "0.0.0.0/8",
                    "10.0.0.0/8",
                    "100.64.0.0/10",
                    "127.0.0.0/8",
                    // Metadata of a cloud outside of the link-local block.
                    "168.63.129.16/32",
                    "169.254.0.0/16",
                    "172.16.0.0/12",
                    "192.0.0.0/24",
                    "192.0.2.0/24",
                    "192.88.99.0/24",
                    "192.168.0.0/16",
                    "198.18.0.0/15",
                    "198.51.100.0/24",
                    "203.0.113.0/24",
                    "224.0.0.0/4",
                    "240.0.0.0/4",
                    // Teredo, ORCHID, benchmarks and other protocol assignments.
                    "2001::/23",
                    "2001:db8::/32",
                    // 6to4.
                    "2002::/16",
                    "3fff::/20")
            .map(AddressBlock::of)
            .toList();

    private static final AddressBlock GLOBAL = AddressBlock.of("2000::/3");
    private static final AddressBlock NAT64 = AddressBlock.of("64:ff9b::/96");
    private static final byte[] MAPPED = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, -1, -1};

    private final Set<String> hosts;
    private final List<AddressBlock> blocks;

    /** @param allowed host names, addresses and blocks in CIDR notation, separated by commas */
    AddressRules(String allowed) {
        List<String> entries = Arrays.stream(allowed.split(","))
                .map(String::strip)
                .filter(entry -> !entry.isEmpty())
                .map(entry -> entry.toLowerCase(Locale.ROOT))
                .toList();
        blocks = entries.stream()
                .filter(AddressBlock::isOne)
                .map(AddressBlock::of)
                .toList();
        hosts = entries.stream().filter(entry -> !AddressBlock.isOne(entry)).collect(Collectors.toUnmodifiableSet());
    }

    /** Whether the installation named this host, so that any address, port and plain http are right. */
    boolean isAllowedHost(String host) {
        return hosts.contains(host);
    }

    /** Whether this is an address, not a name, and in a block that the installation named. */
    boolean isAllowedLiteral(String host) {
        return AddressBlock.isOne(host)
                && blocks.stream()
                        .anyMatch(block -> block.holds(AddressBlock.of(host).start()));
    }

    /** Whether the installation named a block with this address. */
    boolean isAllowedAddress(InetAddress address) {
        byte[] bytes = unwrapped(address.getAddress());
        return blocks.stream().anyMatch(block -> block.holds(bytes));
    }

    static boolean isPublic(InetAddress address) {
        byte[] bytes = unwrapped(address.getAddress());
        if (bytes.length == 16 && !GLOBAL.holds(bytes)) {
            return false;
        }
        return INNER.stream().noneMatch(block -> block.holds(bytes));
    }

    private static byte[] unwrapped(byte[] bytes) {
        boolean carries = bytes.length == 16
                && (Arrays.equals(bytes, 0, MAPPED.length, MAPPED, 0, MAPPED.length) || NAT64.holds(bytes));
        return carries ? Arrays.copyOfRange(bytes, 12, 16) : bytes;
    }
}
