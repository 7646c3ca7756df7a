package io.opsdeck.core.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Seals what must be read again but not be readable in the database: AES-256-GCM with a key that is not in the database.
 * The key is a setting, or a file of the data folder that is made when the first secret is sealed. Of several keys the
 * first one seals and all of them open.
 */
@Component
public class Vault {

    private static final byte FORMAT = 1;
    private static final int KEY_ID = 4;
    private static final int NONCE = 12;
    private static final int TAG_BITS = 128;
    private static final int KEY_BYTES = 32;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final String setting;
    private final Path file;
    private @Nullable List<Key> keys;

    /** @param setting keys of 32 bytes in Base64, separated by commas; empty for the file */
    Vault(@Value("${opsdeck.secret-key}") String setting, @Value("${opsdeck.data-dir}") String folder) {
        this.setting = setting;
        this.file = Path.of(folder).resolve("secret.key");
    }

    private record Key(byte[] id, SecretKeySpec spec) {

        static Key of(byte[] bytes) {
            return new Key(
                    Arrays.copyOf(Secrets.hash(Base64.getEncoder().encodeToString(bytes)), KEY_ID),
                    new SecretKeySpec(bytes, "AES"));
        }
    }

    /** @param owner whatever the secret belongs to; it opens for the same owner only */
    public byte[] seal(String secret, String owner) {
        Key key = keys().get(0);
        byte[] nonce = new byte[NONCE];
        RANDOM.nextBytes(nonce);
        byte[] sealed = run(Cipher.ENCRYPT_MODE, key, nonce, owner, secret.getBytes(StandardCharsets.UTF_8));
        return ByteBuffer.allocate(1 + KEY_ID + NONCE + sealed.length)
                .put(FORMAT)
                .put(key.id())
                .put(nonce)
                .put(sealed)
                .array();
    }

    public String open(byte[] sealed, String owner) {
        var buffer = ByteBuffer.wrap(sealed);
        byte[] id = new byte[KEY_ID];
        byte[] nonce = new byte[NONCE];
        if (sealed.length < 1 + KEY_ID + NONCE || buffer.get() != FORMAT) {
            throw new IllegalStateException("this was not sealed here");
        }
        buffer.get(id).get(nonce);
        byte[] rest = new byte[buffer.remaining()];
        buffer.get(rest);
        Key key = keys().stream()
                .filter(each -> Arrays.equals(each.id(), id))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("A secret in the database was sealed with another key."
                        + " Put that key into OPSDECK_SECRET_KEY, or " + file
                        + " of the installation that sealed it."));
        return new String(run(Cipher.DECRYPT_MODE, key, nonce, owner, rest), StandardCharsets.UTF_8);
    }

    private static byte[] run(int mode, Key key, byte[] nonce, String owner, byte[] input) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, key.spec(), new GCMParameterSpec(TAG_BITS, nonce));
            cipher.updateAAD(owner.getBytes(StandardCharsets.UTF_8));
            return cipher.doFinal(input);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("a secret was changed or belongs to somebody else", e);
        }
    }

    private synchronized List<Key> keys() {
        List<Key> found = keys;
        if (found == null) {
            String text = setting.isBlank() ? fromFile() : setting;
            found = Arrays.stream(text.split(",")).map(Vault::read).map(Key::of).toList();
            keys = found;
        }
        return found;
    }

    private static byte[] read(String text) {
        try {
            byte[] bytes = Base64.getDecoder().decode(text.strip());
            if (bytes.length == KEY_BYTES) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            // Told below, without the text.
        }
        throw new IllegalStateException("OPSDECK_SECRET_KEY must hold 32 random bytes in Base64."
                + " Make one with: head -c 32 /dev/urandom | base64");
    }

    private String fromFile() {
        try {
            if (!Files.exists(file)) {
                create();
            }
            return Files.readString(file).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void create() throws IOException {
        byte[] fresh = new byte[KEY_BYTES];
        RANDOM.nextBytes(fresh);
        Files.createDirectories(file.toAbsolutePath().getParent());
        try {
            if (FileSystems.getDefault().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(file, Base64.getEncoder().encodeToString(fresh), StandardOpenOption.WRITE);
            } else {
                Files.write(file, List.of(Base64.getEncoder().encodeToString(fresh)), StandardOpenOption.CREATE_NEW);
            }
        } catch (FileAlreadyExistsException e) {
            // Another process of this folder was quicker; its key counts.
        }
    }
}
