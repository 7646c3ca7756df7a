package io.opsdeck.web.scim;

import io.opsdeck.core.scim.ScimError;
import io.opsdeck.core.scim.ScimUser;
import io.opsdeck.core.scim.ScimUsers;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Requires;
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

/** Members of the workspace as users of SCIM. */
@RestController
@RequestMapping(ScimPaths.USERS)
class ScimUserController {

    private final ScimUsers users;
    private final String base;

    ScimUserController(ScimUsers users, @Value("${opsdeck.base-url}") String baseUrl) {
        this.users = users;
        this.base = baseUrl + ScimPaths.BASE;
    }

    @GetMapping
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> list(
            @RequestParam(defaultValue = "") String filter,
            @RequestParam(defaultValue = "") String startIndex,
            @RequestParam(defaultValue = "") String count) {
        return ScimAnswer.list(
                users.page(ScimPaths.filter(filter), ScimPaths.start(startIndex), ScimPaths.count(count)), this::body);
    }

    @PostMapping
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> create(@RequestBody JsonNode body) {
        ScimUser made = users.create(UserBody.read(body));
        return ScimAnswer.created(body(made), base + "/Users/" + made.id());
    }

    @GetMapping("/{id}")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> one(@PathVariable String id) {
        return ScimAnswer.ok(body(users.require(id(id))));
    }

    @PutMapping("/{id}")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> replace(@PathVariable String id, @RequestBody JsonNode body) {
        return ScimAnswer.ok(body(users.change(id(id), before -> UserBody.read(body))));
    }

    @PatchMapping("/{id}")
    @Requires(Permission.SCIM_MANAGE)
    ResponseEntity<Map<String, Object>> change(@PathVariable String id, @RequestBody JsonNode body) {
        UUID user = id(id);
        users.require(user);
        ScimPatch patch = ScimPatch.of(body);
        return ScimAnswer.ok(body(users.change(user, before -> UserBody.patched(before, patch))));
    }

    /** Takes the access away at once, as {@code active: false} does, and forgets what the provider said. */
    @DeleteMapping("/{id}")
    @Requires(Permission.SCIM_MANAGE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(@PathVariable String id) {
        users.remove(id(id));
    }

    private Map<String, Object> body(ScimUser user) {
        return UserBody.write(user, base);
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw ScimError.SCIM_USER_NOT_FOUND.exception(e);
        }
    }
}
