package io.opsdeck.core.setting;

import java.util.List;
import java.util.stream.Collectors;

/** Settings cannot be as they are. The message is a table for the operator: what, why, and what instead. */
public class SettingsUnusableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    SettingsUnusableException(List<Complaint> complaints) {
        super(table(complaints));
    }

    record Complaint(String name, String wrong, String remedy) {}

    private static String table(List<Complaint> complaints) {
        int width =
                complaints.stream().mapToInt(each -> each.name().length()).max().orElse(0);
        int next = complaints.stream()
                .mapToInt(each -> each.wrong().length())
                .max()
                .orElse(0);
        return complaints.stream()
                .map(each ->
                        "  " + padded(each.name(), width) + "  " + padded(each.wrong(), next) + "  " + each.remedy())
                .collect(Collectors.joining("\n", "The settings are wrong:\n\n", ""));
    }

    private static String padded(String text, int width) {
        return text + " ".repeat(width - text.length());
    }
}
