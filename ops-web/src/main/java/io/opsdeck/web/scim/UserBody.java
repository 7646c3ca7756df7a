package io.opsdeck.web.scim;

import static io.opsdeck.web.scim.ScimPatch.field;
import static io.opsdeck.web.scim.ScimPatch.flag;
import static io.opsdeck.web.scim.ScimPatch.text;

import io.opsdeck.core.scim.ScimUser;
import io.opsdeck.core.scim.UserDraft;
import io.opsdeck.web.scim.ScimPatch.Kind;
import io.opsdeck.web.scim.ScimPatch.Operation;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Users on the wire. Attributes that the product has no place for are taken and forgotten, as the standard allows. */
final class UserBody {

    static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User";

    private UserBody() {}

    /** All attributes of a user as a document gives them. */
    static UserDraft read(JsonNode body) {
        JsonNode name = field(body, "name");
        JsonNode active = field(body, "active");
        String display = text("displayName", field(body, "displayName"));
        return new UserDraft(
                orEmpty(text("userName", field(body, "userName"))),
                text("externalId", field(body, "externalId")),
                display == null ? text("name.formatted", field(name, "formatted")) : display,
                text("name.givenName", field(name, "givenName")),
                text("name.familyName", field(name, "familyName")),
                mail(field(body, "emails")),
                active.isMissingNode() || active.isNull() || flag("active", active));
    }

    static UserDraft patched(UserDraft draft, ScimPatch patch) {
        UserDraft now = draft;
        for (Operation operation : patch.operations()) {
            now = patched(now, operation);
        }
        return now;
    }

    private static UserDraft patched(UserDraft draft, Operation operation) {
        String path = operation.path();
        boolean gone = operation.kind() == Kind.REMOVE;
        JsonNode value = operation.value();
        if (path.equals("name") && value.isObject()) {
            UserDraft now = draft;
            for (var part : value.properties()) {
                now = patched(
                        now,
                        new Operation(
                                operation.kind(), "name." + part.getKey().toLowerCase(Locale.ROOT), part.getValue()));
            }
            return now;
        }
        if (path.equals("emails") || path.startsWith("emails[")) {
            String mail = gone ? null : value.isArray() || value.isObject() ? mail(value) : text("emails", value);
            return with(draft, "mail", mail);
        }
        return switch (path) {
            case "active" ->
                new UserDraft(
                        draft.userName(),
                        draft.externalId(),
                        draft.displayName(),
                        draft.givenName(),
                        draft.familyName(),
                        draft.mail(),
                        !gone && flag("active", value));
            case "username", "externalid", "displayname", "name.formatted", "name.givenname", "name.familyname" ->
                with(draft, path, gone ? null : text(path, value));
            default -> draft;
        };
    }

    private static UserDraft with(UserDraft draft, String attribute, @Nullable String value) {
        return new UserDraft(
                attribute.equals("username") ? orEmpty(value) : draft.userName(),
                attribute.equals("externalid") ? value : draft.externalId(),
                attribute.equals("displayname") || attribute.equals("name.formatted") ? value : draft.displayName(),
                attribute.equals("name.givenname") ? value : draft.givenName(),
                attribute.equals("name.familyname") ? value : draft.familyName(),
                attribute.equals("mail") ? value : draft.mail(),
                draft.active());
    }

    static Map<String, Object> write(ScimUser user, String base) {
        UserDraft draft = user.draft();
        Map<String, Object> name = new LinkedHashMap<>();
        name.put("formatted", draft.name());
        put(name, "givenName", draft.givenName());
        put(name, "familyName", draft.familyName());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("schemas", List.of(SCHEMA));
        body.put("id", user.id().toString());
        put(body, "externalId", draft.externalId());
        body.put("userName", draft.userName());
        body.put("name", name);
        body.put("displayName", draft.name());
        body.put("active", draft.active());
        body.put("emails", List.of(Map.of("value", draft.address(), "type", "work", "primary", true)));
        body.put(
                "groups",
                user.groups().stream()
                        .map(group -> Map.of(
                                "value",
                                group.id().toString(),
                                "display",
                                group.displayName(),
                                "$ref",
                                base + "/Groups/" + group.id()))
                        .toList());
        body.put(
                "roles",
                List.of(Map.of(
                        "value", user.role().key(), "display", user.role().label(), "primary", true)));
        body.put("meta", ScimAnswer.meta("User", base + "/Users/" + user.id(), user.createdAt(), user.changedAt()));
        return body;
    }

    /** The first address, or the one that is called the primary or the one for work. */
    private static @Nullable String mail(JsonNode emails) {
        if (emails.isObject()) {
            return text("emails", field(emails, "value"));
        }
        JsonNode best = null;
        for (JsonNode each : emails) {
            boolean first = best == null;
            boolean primary = field(each, "primary").asBoolean(false);
            if (first || primary) {
                best = each;
            }
        }
        return best == null ? null : text("emails", field(best, "value"));
    }

    private static void put(Map<String, Object> body, String name, @Nullable String value) {
        if (value != null) {
            body.put(name, value);
        }
    }

    private static String orEmpty(@Nullable String text) {
        return text == null ? "" : text;
    }
}
