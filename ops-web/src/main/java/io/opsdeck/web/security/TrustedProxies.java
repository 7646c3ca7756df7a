package io.opsdeck.web.security;

import io.opsdeck.core.http.AddressBlock;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells who asks where a proxy asks for him. What {@code X-Forwarded-For} says is believed only as far as it was written
 * by proxies that the installation names: read from its end, the first address that is none of them is the client.
 * Whoever comes from elsewhere is who the connection says, whatever he writes.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class TrustedProxies extends OncePerRequestFilter {

    private static final String CLIENTS = "X-Forwarded-For";
    private static final String SCHEME = "X-Forwarded-Proto";
    /** Nothing that anybody would have to be asked for. */
    private static final Pattern ADDRESS =
            Pattern.compile("((25[0-5]|2[0-4]\\d|1?\\d?\\d)(\\.(?!$)|$)){4}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private static final int HTTP_PORT = 80;
    private static final int HTTPS_PORT = 443;

    private final List<AddressBlock> proxies;

    /** @param proxies addresses and blocks in CIDR notation, separated by commas */
    TrustedProxies(@Value("${opsdeck.trusted-proxies}") String proxies) {
        this.proxies = Arrays.stream(proxies.split(","))
                .map(String::strip)
                .filter(each -> !each.isEmpty())
                .map(AddressBlock::of)
                .toList();
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        boolean proxied = isTrusted(request.getRemoteAddr());
        chain.doFilter(proxied ? new Proxied(request, client(request)) : request, response);
    }

    private String client(HttpServletRequest request) {
        List<String> clients = Collections.list(request.getHeaders(CLIENTS)).stream()
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(TrustedProxies::withoutPort)
                .toList();
        String client = request.getRemoteAddr();
        for (int i = clients.size() - 1; i >= 0 && isTrusted(client) && isAddress(clients.get(i)); i--) {
            client = clients.get(i);
        }
        return client;
    }

    private static boolean isAddress(String text) {
        return ADDRESS.matcher(text).matches();
    }

    private boolean isTrusted(String address) {
        try {
            byte[] bytes = InetAddress.getByName(address).getAddress();
            return proxies.stream().anyMatch(block -> block.holds(bytes));
        } catch (UnknownHostException e) {
            return false;
        }
    }

    /** {@code 192.0.2.1:80} and {@code [2001:db8::1]:80} are addresses with ports. */
    private static String withoutPort(String entry) {
        String text = entry.strip();
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            return end < 0 ? text : text.substring(1, end);
        }
        int colon = text.indexOf(':');
        return colon > 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
    }

    private static final class Proxied extends HttpServletRequestWrapper {

        private final String client;
        private final String scheme;

        Proxied(HttpServletRequest request, String client) {
            super(request);
            this.client = client;
            String said = String.valueOf(request.getHeader(SCHEME));
            this.scheme = said.equals("https") || said.equals("http") ? said : request.getScheme();
        }

        @Override
        public String getRemoteAddr() {
            return client;
        }

        @Override
        public String getRemoteHost() {
            return client;
        }

        @Override
        public String getScheme() {
            return scheme;
        }

        @Override
        public boolean isSecure() {
            return scheme.equals("https");
        }

        /** As the address names it that the proxy was asked by. */
        @Override
        public int getServerPort() {
            String host = String.valueOf(getHeader("Host"));
            int colon = host.lastIndexOf(':');
            if (colon > host.lastIndexOf(']') && host.substring(colon + 1).matches("\\d{1,5}")) {
                return Integer.parseInt(host.substring(colon + 1));
            }
            return isSecure() ? HTTPS_PORT : HTTP_PORT;
        }
    }
}
