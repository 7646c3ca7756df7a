package io.opsdeck.web.openapi;

import java.util.Locale;

/** Names that read well outside of the code, made from those in it. */
final class SchemaNames {

    private SchemaNames() {}

    static String subject(Class<?> controller) {
        return controller.getSimpleName().replaceFirst("(Api)?Controller$", "");
    }

    /** {@code SourceApiController.Created} is SourceCreated, {@code SourceBody} in it is Source. */
    static String of(Class<?> type) {
        Class<?> around = type.getEnclosingClass();
        String own = type.getSimpleName();
        String subject = around == null ? "" : subject(around);
        String full = own.startsWith(subject) ? own : subject + own;
        return full.equals("Body") ? full : full.replaceFirst("Body$", "");
    }

    /** The id of an operation that nobody gave one: list becomes listSources, one getSource, rotate rotateSource. */
    static String operation(String method, String subject) {
        String one = subject.isEmpty() ? "Thing" : subject;
        return switch (method) {
            case "list" -> "list" + plural(one);
            case "one" -> "get" + one;
            default -> method.toLowerCase(Locale.ROOT).contains(one.toLowerCase(Locale.ROOT)) ? method : method + one;
        };
    }

    static String plural(String word) {
        return word.endsWith("y") ? word.substring(0, word.length() - 1) + "ies" : word + "s";
    }

    /** {@code rotateWebhookSecret} is Rotate webhook secret. */
    static String words(String camelCase) {
        String text = camelCase.replaceAll("([a-z0-9])([A-Z])", "$1 $2").toLowerCase(Locale.ROOT);
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }
}
