package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.EventLog.Identifier;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.user.profile.ProfileFilter.Text;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BinaryOperator;
import java.util.function.Predicate;
import java.util.stream.Collectors;
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
    private static final String PROPERTIES = "properties";
    private static final String TRAITS = "traits";

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
                .map(event -> event(event, personal.getOrDefault(event.name(), Set.of()), traits(personal)))
                .toList();
    }

    /** An event as it was sent, or as much of one as arrived. */
    public String raw(String text) {
        Map<String, Set<String>> personal = dictionary.personal();
        return json(text, Set.of(), Map.of(PROPERTIES, union(personal), TRAITS, traits(personal)));
    }

    /** Masks values under their names, by the dictionary as it is now. */
    public BinaryOperator<String> values() {
        Predicate<String> hidden = hidden();
        return (name, value) -> hidden.test(name) ? ContactMask.whole(value) : ContactMask.within(value);
    }

    /** Which names of properties and traits stand for what is masked, by the dictionary as it is now. */
    public Predicate<String> hidden() {
        Set<String> personal = union(dictionary.personal());
        return name -> personal.contains(name) || ContactMask.isNameOfContact(name);
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
        return traits(dictionary.personal());
    }

    private static Set<String> traits(Map<String, Set<String>> personal) {
        return personal.getOrDefault(IDENTIFY, Set.of());
    }

    private static Set<String> union(Map<String, Set<String>> personal) {
        return personal.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    }

    private static LoggedEvent event(LoggedEvent event, Set<String> personal, Set<String> personalTraits) {
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
                json(event.props(), personal, Map.of()),
                json(event.context(), Set.of(), Map.of(TRAITS, personalTraits)));
    }

    /**
     * Text that is no JSON is masked by its looks alone.
     *
     * @param inside what is personal in the fields of this name, wherever they stand
     */
    private static String json(String text, Set<String> personal, Map<String, Set<String>> inside) {
        JsonNode node;
        try {
            node = Traits.JSON.readTree(text);
        } catch (JacksonException e) {
            return ContactMask.within(text);
        }
        return masked(node, false, personal, inside).toString();
    }

    private static JsonNode field(String name, JsonNode value, Set<String> personal) {
        return masked(value, personal.contains(name) || ContactMask.isNameOfContact(name), Set.of(), Map.of());
    }

    /** @param personal names of fields of this very object that are masked, whatever they hold */
    private static JsonNode masked(
            JsonNode value, boolean whole, Set<String> personal, Map<String, Set<String>> inside) {
        if (value.isObject()) {
            ObjectNode object = Traits.JSON.createObjectNode();
            value.forEachEntry((name, field) -> object.set(
                    ContactMask.within(name),
                    masked(
                            field,
                            whole || personal.contains(name) || ContactMask.isNameOfContact(name),
                            inside.getOrDefault(name, Set.of()),
                            inside)));
            return object;
        }
        if (value.isArray()) {
            var array = Traits.JSON.createArrayNode();
            StreamSupport.stream(value.spliterator(), false)
                    .forEach(each -> array.add(masked(each, whole, personal, inside)));
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
