package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventLog.Identifier;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.user.profile.ProfileFilter.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * People and events as those see them who may not see contact data. Masked is what stands under the name of contact data,
 * what the dictionary calls personal or sensitive, and whatever looks like an e-mail address or a phone number. A list
 * cannot be filtered by it either, or it could be guessed piece by piece.
 */
@Service
@Transactional(readOnly = true)
public class Masking {

    private static final String IDENTIFY = "$identify";

    private final EventDictionary dictionary;

    Masking(EventDictionary dictionary) {
        this.dictionary = dictionary;
    }

    public ProfileView view(ProfileView view) {
        return new ProfileView(
                view.id(),
                text(view.userId()),
                text(view.name()),
                whole(view.email()),
                whole(view.phone()),
                view.firstSeenAt(),
                view.lastSeenAt(),
                view.events());
    }

    public Profile profile(Profile profile) {
        Set<String> personal = personalTraits();
        return new Profile(
                view(profile.view()),
                profile.traits().stream()
                        .map(trait -> new Profile.Trait(
                                trait.name(), field(trait.name(), trait.value(), personal), trait.setAt()))
                        .toList(),
                profile.identifiers().stream()
                        .map(identifier -> new Identifier(identifier.user(), ContactMask.within(identifier.value())))
                        .toList());
    }

    public List<LoggedEvent> events(List<LoggedEvent> events) {
        Map<String, Set<String>> personal = dictionary.personal();
        return events.stream()
                .map(event -> event(event, personal.getOrDefault(event.name(), Set.of())))
                .toList();
    }

    /** An event as it was sent, or as much of one as arrived. */
    public String raw(String text) {
        return json(text, Set.of());
    }

    /** One value under a name. */
    public String value(String name, String value) {
        return ContactMask.isNameOfContact(name) ? ContactMask.whole(value) : ContactMask.within(value);
    }

    /**
     * The same filters without any way to contact data: the search leaves it out, and a condition on it is refused.
     *
     * @throws io.opsdeck.core.error.OpsdeckException {@link ProfileError#CONTACT_FILTER_HIDDEN}
     */
    public List<ProfileFilter> filters(List<ProfileFilter> filters) {
        Set<String> personal = personalTraits();
        return filters.stream()
                .map(filter -> {
                    if (filter instanceof Text text) {
                        return new Text(text.text(), false);
                    }
                    if (filter instanceof ProfileFilter.Trait trait
                            && (trait.path().stream()
                                            .anyMatch(name ->
                                                    personal.contains(name) || ContactMask.isNameOfContact(name))
                                    || trait.values().stream().anyMatch(ContactMask::isIn))) {
                        throw ProfileError.CONTACT_FILTER_HIDDEN.at("f", String.join(".", trait.path()));
                    }
                    return filter;
                })
                .toList();
    }

    private Set<String> personalTraits() {
        return dictionary.personal().getOrDefault(IDENTIFY, Set.of());
    }

    private static LoggedEvent event(LoggedEvent event, Set<String> personal) {
        return new LoggedEvent(
                event.position(),
                event.workspace(),
                event.source(),
                event.messageId(),
                event.person(),
                text(event.userId()),
                text(event.anonymousId()),
                text(event.groupId()),
                event.type(),
                event.name(),
                event.at(),
                event.receivedAt(),
                event.originalAt(),
                event.clamped(),
                event.sanitized(),
                json(event.props(), personal),
                json(event.context(), Set.of()));
    }

    /** Text that is no JSON is masked by its looks alone. */
    private static String json(String text, Set<String> personal) {
        JsonNode node;
        try {
            node = Traits.JSON.readTree(text);
        } catch (JacksonException e) {
            return ContactMask.within(text);
        }
        return masked(node, false, personal).toString();
    }

    private static JsonNode field(String name, JsonNode value, Set<String> personal) {
        return masked(value, personal.contains(name) || ContactMask.isNameOfContact(name), Set.of());
    }

    /** @param personal names of fields of this very object that are masked, whatever they hold */
    private static JsonNode masked(JsonNode value, boolean whole, Set<String> personal) {
        if (value.isObject()) {
            ObjectNode object = Traits.JSON.createObjectNode();
            value.forEachEntry((name, field) -> object.set(
                    ContactMask.within(name),
                    masked(field, whole || personal.contains(name) || ContactMask.isNameOfContact(name), Set.of())));
            return object;
        }
        if (value.isArray()) {
            var array = Traits.JSON.createArrayNode();
            StreamSupport.stream(value.spliterator(), false).forEach(each -> array.add(masked(each, whole, personal)));
            return array;
        }
        if (value.isString()) {
            String text = value.stringValue();
            return Traits.JSON.getNodeFactory().stringNode(whole ? ContactMask.whole(text) : ContactMask.within(text));
        }
        if (value.isNumber()) {
            String text = value.asString();
            return whole || ContactMask.isIn(text)
                    ? Traits.JSON.getNodeFactory().stringNode(ContactMask.whole(text))
                    : value;
        }
        return value;
    }

    private static @Nullable String text(@Nullable String text) {
        return text == null ? null : ContactMask.within(text);
    }

    private static @Nullable String whole(@Nullable String text) {
        return text == null ? null : ContactMask.whole(text);
    }
}
