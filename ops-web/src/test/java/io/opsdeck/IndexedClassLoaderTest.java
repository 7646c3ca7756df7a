package io.opsdeck;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarOutputStream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.loader.net.protocol.Handlers;

class IndexedClassLoaderTest {

    private static final String CLASS = Inside.class.getName().replace('.', '/') + ".class";

    @TempDir
    Path folder;

    private IndexedClassLoader loader;

    /** What the loader is asked for. */
    public static final class Inside {}

    @BeforeAll
    static void readNestedJars() {
        Handlers.register();
    }

    @BeforeEach
    void packTwoJarsIntoOne() throws IOException {
        String manifest = "Manifest-Version: 1.0\nImplementation-Version: 7.3\nMulti-Release: true\n";
        byte[] first = jar(Map.of(
                "META-INF/MANIFEST.MF",
                bytes(manifest),
                CLASS,
                read(CLASS),
                "both.txt",
                bytes("first"),
                "texts/old.txt",
                bytes("base"),
                "META-INF/versions/9/texts/old.txt",
                bytes("for 9 and newer")));
        byte[] second = jar(Map.of("both.txt", bytes("second"), "java/lang/String.class", bytes("no class")));
        Path outer = folder.resolve("an app.jar");
        Files.write(outer, stored(Map.of("lib/a.jar", first, "lib/b.jar", second)));
        loader = new IndexedClassLoader(
                new URL[] {nested(outer, "lib/a.jar"), nested(outer, "lib/b.jar")},
                ClassLoader.getPlatformClassLoader());
    }

    @Test
    void aClassIsMadeOnceAndItsPackageKnowsTheVersionOfTheJar() throws Exception {
        Class<?> inside = loader.loadClass(Inside.class.getName());

        assertThat(inside).isNotEqualTo(Inside.class);
        assertThat(inside.getClassLoader()).isSameAs(loader);
        assertThat(loader.loadClass(Inside.class.getName())).isSameAs(inside);
        assertThat(inside.getPackage().getImplementationVersion()).isEqualTo("7.3");
        assertThat(inside.getProtectionDomain().getCodeSource().getLocation().toString())
                .endsWith("!lib/a.jar!/");
    }

    @Test
    void whatNoJarHasAndWhatTheMachineHasIsLeftToTheParent() throws Exception {
        assertThat(loader.loadClass("java.lang.String")).isSameAs(String.class);
        assertThat(loader.loadClass("java.sql.Driver")).isSameAs(java.sql.Driver.class);
        assertThatThrownBy(() -> loader.loadClass("io.opsdeck.Missing")).isInstanceOf(ClassNotFoundException.class);
        assertThatThrownBy(() -> loader.loadClass("nowhere.Missing")).isInstanceOf(ClassNotFoundException.class);
    }

    @Test
    void resourcesComeInTheOrderOfTheJarsAndInTheVersionOfTheMachine() throws Exception {
        var both = Collections.list(loader.getResources("both.txt"));

        assertThat(both).hasSize(2);
        assertThat(text(both.get(0))).isEqualTo("first");
        assertThat(text(both.get(1))).isEqualTo("second");
        assertThat(text(requireNonNull(loader.getResource("both.txt")))).isEqualTo("first");
        assertThat(text(requireNonNull(loader.getResource("texts/old.txt")))).isEqualTo("for 9 and newer");
        assertThat(loader.getResource("texts/new.txt")).isNull();
    }

    private static URL nested(Path outer, String inner) throws IOException {
        return new URL("jar:nested:" + outer.toUri().getRawPath() + "/!" + inner + "!/");
    }

    private static byte[] read(String name) throws IOException {
        try (InputStream in =
                requireNonNull(IndexedClassLoaderTest.class.getClassLoader().getResourceAsStream(name))) {
            return in.readAllBytes();
        }
    }

    private static String text(URL url) throws IOException {
        try (InputStream in = url.openStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] jar(Map<String, byte[]> entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new JarOutputStream(bytes)) {
            for (var entry : new TreeMap<>(entries).entrySet()) {
                out.putNextEntry(new ZipEntry(entry.getKey()));
                out.write(entry.getValue());
            }
        }
        return bytes.toByteArray();
    }

    /** Jars inside a jar are not compressed once more. */
    private static byte[] stored(Map<String, byte[]> entries) throws IOException {
        var bytes = new ByteArrayOutputStream();
        try (var out = new JarOutputStream(bytes)) {
            for (var each : new TreeMap<>(entries).entrySet()) {
                var entry = new ZipEntry(each.getKey());
                var crc = new CRC32();
                crc.update(each.getValue());
                entry.setMethod(ZipEntry.STORED);
                entry.setSize(each.getValue().length);
                entry.setCrc(crc.getValue());
                out.putNextEntry(entry);
                out.write(each.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
