package io.opsdeck.web.people;

import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.user.profile.Masking;
import io.opsdeck.user.profile.Profile;
import io.opsdeck.user.profile.ProfileFilter;
import io.opsdeck.user.profile.ProfileView;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.springframework.stereotype.Component;

/** Gives each caller people and events as he may see them: contact data in clear text, or masked. */
@Component
public class ContactSight {

    private final Masking masking;

    ContactSight(Masking masking) {
        this.masking = masking;
    }

    /** Whether {@code access} sees contact data in clear text and finds people by it. */
    public boolean isClear(Access access) {
        return access.may(Permission.PROFILE_CONTACT_READ);
    }

    /** Whether {@code access} may ask for {@code text}: an address or a number is answered to those who may see it. */
    public boolean mayAsk(String text, Access access) {
        return isClear(access) || !ContactMask.isIn(text);
    }

    /** Whether {@code access} may ask about what is called or looks like {@code text}. */
    public boolean mayAskOf(String text, Access access) {
        return mayAsk(text, access) && (isClear(access) || !ContactMask.isNameOfContact(text));
    }

    /** Whether {@code access} may open a list with these filters, given as the part of an address behind the question mark. */
    public boolean mayOpen(String query, Access access) {
        return isClear(access)
                || Arrays.stream(query.split("&"))
                        .map(field -> field.substring(field.indexOf('=') + 1))
                        .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
                        .noneMatch(value ->
                                ContactMask.isIn(value) || ContactMask.isNameOfContact(value.replaceAll(":.*", "")));
    }

    Page<ProfileView> people(Page<ProfileView> page, Access access) {
        return isClear(access)
                ? page
                : new Page<>(page.data().stream().map(masking::view).toList(), page.next());
    }

    public ProfileView person(ProfileView profile, Access access) {
        return isClear(access) ? profile : masking.view(profile);
    }

    Profile person(Profile profile, Access access) {
        return isClear(access) ? profile : masking.profile(profile);
    }

    List<ProfileFilter> filters(List<ProfileFilter> filters, Access access) {
        return isClear(access) ? filters : masking.filters(filters);
    }

    public Page<LoggedEvent> events(Page<LoggedEvent> page, Access access) {
        return isClear(access) ? page : new Page<>(masking.events(page.data()), page.next());
    }

    /** An event as it was sent. */
    public String raw(String text, Access access) {
        return isClear(access) ? text : masking.raw(text);
    }

    /** One value under the name of its column. */
    public String value(String name, String value, Access access) {
        return isClear(access) ? value : masking.value(name, value);
    }
}
