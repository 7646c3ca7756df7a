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
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
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

    /** About which names of properties {@code access} may ask. */
    public Predicate<String> mayAskOf(Access access) {
        if (isClear(access)) {
            return name -> true;
        }
        Predicate<String> hidden = masking.hidden();
        return name -> !ContactMask.isIn(name) && !hidden.test(name);
    }

    /** Which lists {@code access} may open, by their filters: the part of an address behind the question mark. */
    public Predicate<String> mayOpen(Access access) {
        Predicate<String> free = mayAskOf(access);
        return query -> isClear(access)
                || Arrays.stream(query.split("&"))
                        .map(field -> field.substring(field.indexOf('=') + 1))
                        .map(value -> URLDecoder.decode(value, StandardCharsets.UTF_8))
                        .allMatch(value -> !ContactMask.isIn(value) && free.test(value.replaceAll(":.*", "")));
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

    /** Values under the names of their columns, as {@code access} may see them. */
    public BinaryOperator<String> values(Access access) {
        return isClear(access) ? (name, value) -> value : masking.values();
    }

    /** Which names stand for what people outside of the team never see. */
    public Predicate<String> hidden() {
        return masking.hidden();
    }
}
