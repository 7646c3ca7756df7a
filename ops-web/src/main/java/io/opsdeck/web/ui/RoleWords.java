package io.opsdeck.web.ui;

import io.opsdeck.core.security.Role;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.context.i18n.LocaleContextHolder;
import org.springframework.stereotype.Component;

/** What pages call a role: a preset by its text, an added one by its name. */
@Component
public class RoleWords {

    private final MessageSource messages;

    RoleWords(MessageSource messages) {
        this.messages = messages;
    }

    /** In the language of the page that is being made. */
    public String name(Role role) {
        return name(role, LocaleContextHolder.getLocale());
    }

    public String name(Role role, Locale locale) {
        return role.isAdded() ? role.name() : messages.getMessage("role." + role.key(), null, locale);
    }
}
