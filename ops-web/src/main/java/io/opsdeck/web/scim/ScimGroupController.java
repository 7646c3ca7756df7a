package io.opsdeck.web.scim;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.scim.ScimError;
import io.opsdeck.core.scim.ScimGroup;
import io.opsdeck.core.scim.ScimGroups;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Groups of the identity provider. */
@RestController
@RequestMapping(ScimPaths.GROUPS)
class ScimGroupController {

    private final ScimGroups groups;
    private final Members members;
    private final String base;

    ScimGroupController(ScimGroups groups, Members members, @Value("${opsdeck.base-url}") String baseUrl) {
        this.groups = groups;
        this.members = members;
        this.base = baseUrl + ScimPaths.BASE;
    }

    @GetMapping
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> list(
            @RequestParam(defaultValue = "") String filter,
            @RequestParam(defaultValue = "") String startIndex,
            @RequestParam(defaultValue = "") String count,
            @RequestParam(defaultValue = "") String excludedAttributes) {
        boolean full = full(excludedAttributes);
        return ScimAnswer.list(
                groups.page(ScimPaths.filter(filter), ScimPaths.start(startIndex), ScimPaths.count(count)),
                group -> GroupBody.write(group, base, full));
    }

    @PostMapping
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> create(@RequestBody JsonNode body, HttpServletRequest request) {
        ScimGroup made = groups.create(GroupBody.read(body), authority(request));
        return ScimAnswer.created(GroupBody.write(made, base, true), base + "/Groups/" + made.id());
    }

    @GetMapping("/{id}")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> one(
            @PathVariable String id, @RequestParam(defaultValue = "") String excludedAttributes) {
        return ScimAnswer.ok(GroupBody.write(groups.require(id(id)), base, full(excludedAttributes)));
    }

    @PutMapping("/{id}")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> replace(
            @PathVariable String id, @RequestBody JsonNode body, HttpServletRequest request) {
        ScimGroup changed = groups.change(id(id), before -> GroupBody.read(body), authority(request));
        return ScimAnswer.ok(GroupBody.write(changed, base, true));
    }

    @PatchMapping("/{id}")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> change(
            @PathVariable String id, @RequestBody JsonNode body, HttpServletRequest request) {
        UUID group = id(id);
        groups.require(group);
        ScimPatch patch = ScimPatch.of(body);
        ScimGroup changed = groups.change(group, before -> GroupBody.patched(before, patch), authority(request));
        return ScimAnswer.ok(GroupBody.write(changed, base, true));
    }

    @DeleteMapping("/{id}")
    @Requires(Permission.SCIM_MANAGE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        groups.remove(id(id));
    }

    /** What the owner of the token may give himself: its scope says that the provider acts for him in this. */
    private Authority authority(HttpServletRequest request) {
        Access token = Caller.require(request);
        return members.access(token.member(), null, token.workspace())
                .orElseThrow(CoreError.UNAUTHENTICATED::exception)
                .authority();
    }

    private static boolean full(String excluded) {
        return !excluded.toLowerCase(Locale.ROOT).contains("members");
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw ScimError.SCIM_GROUP_NOT_FOUND.exception(e);
        }
    }
}
