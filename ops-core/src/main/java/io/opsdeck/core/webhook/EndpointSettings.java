package io.opsdeck.core.webhook;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.text.TextHygiene;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What members say of an endpoint.
 *
 * @param types keys of the events that it gets
 * @param personal whether data about persons is sent, or their ids only
 * @param contact the mail address that is told when it stops working, or null
 */
public record EndpointSettings(
        String url,
        String description,
        List<String> types,
        boolean personal,
        @Nullable String contact) {

    private static final int LONGEST_DESCRIPTION = 200;

    public EndpointSettings {
        url = url.strip();
        description = TextHygiene.clean(description.strip());
        types = types.stream().distinct().sorted().toList();
        contact = contact == null || contact.isBlank() ? null : contact(contact);
        if (url.isEmpty()) {
            throw CoreError.REQUIRED.at("/url");
        }
        if (description.length() > LONGEST_DESCRIPTION) {
            throw CoreError.TOO_LONG.at("/description", LONGEST_DESCRIPTION);
        }
        if (types.isEmpty()) {
            throw CoreError.REQUIRED.at("/types");
        }
    }

    private static String contact(String typed) {
        try {
            return MailAddress.of(typed).text();
        } catch (OpsdeckException e) {
            throw e.code().at("/contact");
        }
    }
}
