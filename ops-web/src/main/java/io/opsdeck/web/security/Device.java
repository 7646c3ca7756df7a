package io.opsdeck.web.security;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The browser and system that a User-Agent header speaks of, as far as people know them by name. */
final class Device {

    /** The first that fits: those built on another one's engine come before it. */
    private static final Map<String, Pattern> BROWSERS = names(
            "WeChat", "MicroMessenger/(\\d+)",
            "DingTalk", "DingTalk/(\\d+)",
            "Feishu", "(?:Lark|Feishu)/(\\d+)",
            "Edge", "Edg(?:e|A|iOS)?/(\\d+)",
            "Opera", "OPR/(\\d+)",
            "Firefox", "(?:Firefox|FxiOS)/(\\d+)",
            "Chrome", "(?:HeadlessChrome|Chrome|CriOS)/(\\d+)",
            "Safari", "Version/(\\d+).*Safari/");

    private static final Map<String, Pattern> SYSTEMS = names(
            "HarmonyOS", "HarmonyOS|OpenHarmony",
            "iPhone", "iPhone",
            "iPad", "iPad",
            "Android", "Android",
            "Windows", "Windows",
            "macOS", "Mac OS X",
            "Linux", "Linux");

    private Device() {}

    /** Such as {@code Chrome 142 · Windows}; empty where nothing is known. */
    static String name(String userAgent) {
        String browser = find(BROWSERS, userAgent);
        String system = find(SYSTEMS, userAgent);
        return browser.isEmpty() || system.isEmpty() ? browser + system : browser + " · " + system;
    }

    private static String find(Map<String, Pattern> names, String userAgent) {
        for (Map.Entry<String, Pattern> name : names.entrySet()) {
            Matcher found = name.getValue().matcher(userAgent);
            if (found.find()) {
                return found.groupCount() == 0 ? name.getKey() : name.getKey() + " " + found.group(1);
            }
        }
        return "";
    }

    private static Map<String, Pattern> names(String... namesAndPatterns) {
        Map<String, Pattern> all = new LinkedHashMap<>();
        for (int i = 0; i < namesAndPatterns.length; i += 2) {
            all.put(namesAndPatterns[i], Pattern.compile(namesAndPatterns[i + 1]));
        }
        return all;
    }
}
