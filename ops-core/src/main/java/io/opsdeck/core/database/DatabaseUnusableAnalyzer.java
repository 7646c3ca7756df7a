package io.opsdeck.core.database;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Prints the one sentence instead of the chain of bean failures around it. */
class DatabaseUnusableAnalyzer extends AbstractFailureAnalyzer<DatabaseUnusableException> {

    @Override
    protected @Nullable FailureAnalysis analyze(Throwable failure, DatabaseUnusableException cause) {
        return new FailureAnalysis(String.valueOf(cause.getMessage()), "See docs/operations.md, Database.", failure);
    }
}
