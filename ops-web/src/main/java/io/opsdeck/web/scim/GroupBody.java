package io.opsdeck.web.scim;

import static io.opsdeck.web.scim.ScimPatch.field;
import static io.opsdeck.web.scim.ScimPatch.text;

import io.opsdeck.core.scim.GroupDraft;
import io.opsdeck.core.scim.ScimError;
import io.opsdeck.core.scim.ScimGroup;
import io.opsdeck.web.scim.ScimPatch.Kind;
import io.opsdeck.web.scim.ScimPatch.Operation;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** Groups on the wire. */
final class GroupBody {

    static final String SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:Group";

    private static final Pattern ONE_MEMBER =
            Pattern.compile("members\\[\\s*value\\s+eq\\s+\"([^\"]*)\"\\s*\\]", Pattern.CASE_INSENSITIVE);

    private GroupBody() {}

    /** All attributes of a group as a document gives them. */
    static GroupDraft read(JsonNode body) {
        return new GroupDraft(
                Objects.requireNonNullElse(text("displayName", field(body, "displayName")), ""),
                text("externalId", field(body, "externalId")),
                members(field(body, "members")));
    }

    static GroupDraft patched(GroupDraft draft, ScimPatch patch) {
        GroupDraft now = draft;
        for (Operation operation : patch.operations()) {
            now = patched(now, operation);
        }
        return now;
    }

    private static GroupDraft patched(GroupDraft draft, Operation operation) {
        String path = operation.path();
        boolean gone = operation.kind() == Kind.REMOVE;
        if (path.equals("members") || path.startsWith("members[")) {
            return new GroupDraft(draft.displayName(), draft.externalId(), members(draft.members(), operation));
        }
        return switch (path) {
            case "displayname" ->
                new GroupDraft(
                        Objects.requireNonNullElse(text("displayName", operation.value()), ""),
                        draft.externalId(),
                        draft.members());
            case "externalid" ->
                new GroupDraft(
                        draft.displayName(), gone ? null : text("externalId", operation.value()), draft.members());
            default -> draft;
        };
    }

    private static Set<UUID> members(Set<UUID> before, Operation operation) {
        Set<UUID> after = new HashSet<>(before);
        if (operation.path().startsWith("members[")) {
            Matcher one = ONE_MEMBER.matcher(operation.path());
            if (!one.matches() || operation.kind() != Kind.REMOVE) {
                throw ScimError.SCIM_PATH.exception(operation.path());
            }
            after.remove(member(one.group(1)));
            return after;
        }
        boolean all = operation.value().isMissingNode() || operation.value().isNull();
        switch (operation.kind()) {
            case ADD -> after.addAll(members(operation.value()));
            case REPLACE -> after = members(operation.value());
            case REMOVE -> after.removeAll(all ? Set.copyOf(before) : members(operation.value()));
        }
        return after;
    }

    /** @param full whether the members are told too */
    static Map<String, Object> write(ScimGroup group, String base, boolean full) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("schemas", List.of(SCHEMA));
        body.put("id", group.id().toString());
        if (group.externalId() != null) {
            body.put("externalId", group.externalId());
        }
        body.put("displayName", group.displayName());
        if (full) {
            body.put(
                    "members",
                    group.members().stream()
                            .map(member -> Map.of(
                                    "value",
                                    member.id().toString(),
                                    "display",
                                    member.name(),
                                    "$ref",
                                    base + "/Users/" + member.id()))
                            .toList());
        }
        body.put(
                "meta", ScimAnswer.meta("Group", base + "/Groups/" + group.id(), group.createdAt(), group.changedAt()));
        return body;
    }

    private static Set<UUID> members(JsonNode members) {
        Set<UUID> ids = new HashSet<>();
        if (members.isObject()) {
            ids.add(member(Objects.requireNonNullElse(text("members", field(members, "value")), "")));
        }
        if (members.isArray()) {
            members.forEach(each ->
                    ids.add(member(Objects.requireNonNullElse(text("members", field(each, "value")), ""))));
        }
        return ids;
    }

    private static UUID member(String id) {
        try {
            return UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw ScimError.SCIM_VALUE.exception("members");
        }
    }
}
