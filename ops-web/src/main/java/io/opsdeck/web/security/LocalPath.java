package io.opsdeck.web.security;

/** Where somebody goes after he has signed in. */
public final class LocalPath {

    private static final String HOME = "/";

    private LocalPath() {}

    /** Only a path of ours: no scheme, no host, nothing a browser would read as one; home otherwise. */
    public static String of(String next) {
        boolean harmless = next.startsWith("/")
                && !next.startsWith("//")
                && next.indexOf('\\') < 0
                && next.chars().allMatch(c -> c > ' ' && c < 127);
        return harmless ? next : HOME;
    }
}
