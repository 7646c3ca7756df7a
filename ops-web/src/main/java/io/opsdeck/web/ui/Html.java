package io.opsdeck.web.ui;

import io.opsdeck.core.error.OpsdeckException;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;
import org.springframework.validation.BindingResult;

/** What forms share: an expected failure becomes a text beside its field. */
@Component
public class Html {

    private final MessageSource messages;

    Html(MessageSource messages) {
        this.messages = messages;
    }

    /** Runs {@code work}; a failure goes to the field it points at, or to the whole form. */
    public <T> Optional<T> submit(BindingResult errors, Locale locale, Supplier<T> work) {
        if (errors.hasErrors()) {
            return Optional.empty();
        }
        try {
            return Optional.of(work.get());
        } catch (OpsdeckException failure) {
            if (failure.code().kind() == io.opsdeck.core.error.ErrorKind.NOT_FOUND) {
                throw failure;
            }
            String text = messages.getMessage(
                    "error." + failure.code().code(), failure.arguments().toArray(), locale);
            failure.pointer()
                    .map(pointer -> pointer.substring(1))
                    .ifPresentOrElse(
                            field -> errors.rejectValue(field, failure.code().code(), text),
                            () -> errors.reject(failure.code().code(), text));
            return Optional.empty();
        }
    }
}
