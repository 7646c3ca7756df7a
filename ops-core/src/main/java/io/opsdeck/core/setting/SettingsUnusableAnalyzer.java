package io.opsdeck.core.setting;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the table instead of a stack. */
class SettingsUnusableAnalyzer extends AbstractFailureAnalyzer<SettingsUnusableException> {

    @Override
    protected FailureAnalysis analyze(Throwable failure, SettingsUnusableException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), "See docs/operations.md, Settings.", failure);
    }
}
