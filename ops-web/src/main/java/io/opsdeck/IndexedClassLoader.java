package io.opsdeck;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.security.CodeSigner;
import java.security.CodeSource;
import java.security.ProtectionDomain;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.Manifest;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.loader.jar.NestedJarFile;

/**
 * Loads classes from the jars inside the jar, and knows which of them has which folder. The loader that starts the jar asks
 * one jar after the other for each class; with more than a hundred of them that was a third of the whole start.
 */
final class IndexedClassLoader extends ClassLoader {

    private static final String VERSIONS = "META-INF/versions/";
    private static final String NESTED = "jar:nested:";

    static {
        registerAsParallelCapable();
    }

    /** By folder, without a slash at its end: the jars that hold something in it, in the order of the class path. */
    private final Map<String, Nested[]> folders = new HashMap<>();

    private final Set<String> ofTheMachine = new HashSet<>();

    /**
     * @param jars as the loader of the jar names them, {@code jar:nested:/outer.jar/!BOOT-INF/lib/inner.jar!/}
     * @param parent has the virtual machine's own classes and those that read nested jars
     */
    IndexedClassLoader(URL[] jars, ClassLoader parent) throws IOException {
        super(parent);
        ModuleLayer.boot().modules().forEach(module -> ofTheMachine.addAll(module.getPackages()));
        Map<String, List<Nested>> found = new HashMap<>();
        for (URL url : jars) {
            var jar = new Nested(url);
            for (String folder : jar.folders()) {
                found.computeIfAbsent(folder, each -> new ArrayList<>(1)).add(jar);
            }
        }
        found.forEach((folder, list) -> folders.put(folder, list.toArray(Nested[]::new)));
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        String folder = folderOf(name.replace('.', '/'));
        if (!folders.containsKey(folder) || ofTheMachine.contains(folder.replace('/', '.'))) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> known = findLoadedClass(name);
            return known == null ? findClass(name) : known;
        }
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        String path = name.replace('.', '/') + ".class";
        try {
            for (Nested jar : jarsWith(folderOf(path))) {
                byte[] bytes = jar.read(path);
                if (bytes != null) {
                    int end = name.lastIndexOf('.');
                    definePackage(end < 0 ? "" : name.substring(0, end), jar);
                    return defineClass(name, bytes, 0, bytes.length, jar.domain);
                }
            }
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
        throw new ClassNotFoundException(name);
    }

    @Override
    protected @Nullable URL findResource(String name) {
        for (Nested jar : jarsWith(folderOf(name))) {
            URL url = jar.url(name);
            if (url != null) {
                return url;
            }
        }
        return null;
    }

    @Override
    protected Enumeration<URL> findResources(String name) {
        var urls = new ArrayList<URL>();
        for (Nested jar : jarsWith(folderOf(name))) {
            URL url = jar.url(name);
            if (url != null) {
                urls.add(url);
            }
        }
        return Collections.enumeration(urls);
    }

    private Nested[] jarsWith(String folder) {
        return folders.getOrDefault(folder, new Nested[0]);
    }

    /** The folder that holds the entry; of a folder, written with a slash at its end, the folder itself. */
    private static String folderOf(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** With the versions that the jar's manifest says, which some libraries show and we do. */
    private void definePackage(String name, Nested jar) throws IOException {
        if (getDefinedPackage(name) != null) {
            return;
        }
        Attributes about = jar.attributes();
        try {
            definePackage(
                    name,
                    about.getValue(Attributes.Name.SPECIFICATION_TITLE),
                    about.getValue(Attributes.Name.SPECIFICATION_VERSION),
                    about.getValue(Attributes.Name.SPECIFICATION_VENDOR),
                    about.getValue(Attributes.Name.IMPLEMENTATION_TITLE),
                    about.getValue(Attributes.Name.IMPLEMENTATION_VERSION),
                    about.getValue(Attributes.Name.IMPLEMENTATION_VENDOR),
                    null);
        } catch (IllegalArgumentException e) {
            if (getDefinedPackage(name) == null) {
                throw e;
            }
        }
    }

    /** One jar, or the folder of the application's own classes. */
    private static final class Nested {

        private final URL base;
        private final NestedJarFile file;
        private final ProtectionDomain domain;
        private @Nullable Attributes attributes;

        Nested(URL base) throws IOException {
            this.base = base;
            String address = base.toString();
            int outerEnd = address.indexOf("/!");
            if (!address.startsWith(NESTED) || outerEnd < 0 || !address.endsWith("!/")) {
                throw new IOException("no nested jar: " + address);
            }
            var outer = new File(URI.create("file:" + address.substring(NESTED.length(), outerEnd)));
            this.file =
                    new NestedJarFile(outer, address.substring(outerEnd + 2, address.length() - 2), Runtime.version());
            this.domain = new ProtectionDomain(new CodeSource(base, (CodeSigner[]) null), null);
        }

        Set<String> folders() {
            Set<String> folders = new HashSet<>();
            Enumeration<JarEntry> entries = file.entries();
            while (entries.hasMoreElements()) {
                String name = entries.nextElement().getName();
                int from = name.startsWith(VERSIONS) ? name.indexOf('/', VERSIONS.length()) + 1 : 0;
                int end = name.lastIndexOf('/');
                while (end >= from && folders.add(name.substring(from, end))) {
                    end = name.lastIndexOf('/', end - 1);
                }
                if (end < 0) {
                    folders.add("");
                }
            }
            return folders;
        }

        byte @Nullable [] read(String name) throws IOException {
            JarEntry entry = file.getEntry(name);
            if (entry == null) {
                return null;
            }
            try (InputStream in = file.getInputStream(entry)) {
                return in.readAllBytes();
            }
        }

        synchronized Attributes attributes() throws IOException {
            if (attributes == null) {
                Manifest manifest = file.getManifest();
                attributes = manifest == null ? new Attributes() : manifest.getMainAttributes();
            }
            return attributes;
        }

        /** By its real name, which is that of this machine's version where the jar has several; null if it has none. */
        @Nullable
        URL url(String name) {
            JarEntry entry = file.getEntry(name);
            if (entry == null) {
                return null;
            }
            try {
                return new URL(base, entry.getRealName());
            } catch (MalformedURLException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
