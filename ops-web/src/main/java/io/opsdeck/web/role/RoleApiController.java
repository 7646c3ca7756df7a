package io.opsdeck.web.role;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Preset;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleChange;
import io.opsdeck.core.security.RoleSettings;
import io.opsdeck.core.security.RoleView;
import io.opsdeck.core.security.Roles;
import io.opsdeck.web.api.MergePatch;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Roles over REST. A token hands out no more than its scopes, whatever its owner may. */
@RestController
@RequestMapping(path = "/api/v1/roles", produces = MediaType.APPLICATION_JSON_VALUE)
class RoleApiController {

    /** Those that a patch may change. */
    private static final Set<String> FIELDS = Set.of("name", "description", "permissions");

    private final Roles roles;

    RoleApiController(Roles roles) {
        this.roles = roles;
    }

    @GetMapping
    @Requires(Permission.MEMBER_READ)
    Page<RoleBody> list() {
        return new Page<>(roles.list().stream().map(RoleBody::of).toList(), null);
    }

    @GetMapping("/{id}")
    @Requires(Permission.MEMBER_READ)
    RoleBody one(@PathVariable String id) {
        return RoleBody.of(roles.require(id));
    }

    /** Adds a role; without permissions of its own it allows what the role allows that it starts from. */
    @PostMapping
    @Requires(Permission.ROLE_MANAGE)
    ResponseEntity<RoleBody> create(@RequestBody NewRole body, HttpServletRequest request) {
        String base = Objects.requireNonNullElse(body.base(), Preset.VIEWER.key());
        RoleView from = roles.require(roles.named(base, "/base").key());
        Role made = roles.create(
                new RoleSettings(text(body.name()), text(body.description())),
                from.base(),
                body.permissions() == null ? from.permissions() : permissions(body.permissions()),
                authority(request));
        return ResponseEntity.created(URI.create("/api/v1/roles/" + made.key())).body(one(made.key()));
    }

    /** A merge patch: the name and description of an added role, the permissions of any but the owner's. */
    @PatchMapping("/{id}")
    @Requires(Permission.ROLE_MANAGE)
    RoleBody change(@PathVariable String id, @RequestBody JsonNode body, HttpServletRequest request) {
        var patch = MergePatch.of(body, FIELDS);
        RoleView before = roles.require(id);
        Authority by = authority(request);
        Set<Permission> wanted = permissions(patch.texts("permissions", keys(before)));
        if (body.has("name") || body.has("description")) {
            roles.describe(
                    id,
                    new RoleSettings(
                            patch.text("name", before.role().name()), patch.text("description", before.description())),
                    by);
        }
        roles.change(
                Arrays.stream(Permission.values())
                        .map(permission -> new RoleChange(id, permission, wanted.contains(permission)))
                        .toList(),
                by);
        return one(id);
    }

    /** Deletes an added role; its holders get {@code replacement}, without which it must have none. */
    @DeleteMapping("/{id}")
    @Requires(Permission.ROLE_MANAGE)
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void delete(
            @PathVariable String id, @RequestParam(defaultValue = "") String replacement, HttpServletRequest request) {
        roles.remove(id, replacement, authority(request));
    }

    private static Authority authority(HttpServletRequest request) {
        return Caller.require(request).authority();
    }

    private static String text(@Nullable String given) {
        return Objects.requireNonNullElse(given, "");
    }

    private static Set<Permission> permissions(List<String> keys) {
        return keys.stream().map(RoleApiController::permission).collect(Collectors.toSet());
    }

    private static List<String> keys(RoleView view) {
        return view.permissions().stream().map(Permission::key).toList();
    }

    private static Permission permission(String key) {
        return Arrays.stream(Permission.values())
                .filter(permission -> permission.key().equals(key))
                .findFirst()
                .orElseThrow(() -> CoreError.INVALID_VALUE.at("/permissions", key));
    }

    /** A new role; only the name is required. {@code base} is the role that it starts from. */
    record NewRole(
            @Nullable String name,
            @Nullable String description,
            @Nullable String base,
            @Nullable List<String> permissions) {}

    /**
     * A role.
     *
     * @param name empty for a preset
     * @param base the preset that it began as, or is
     * @param holders members and open invitations that have it
     */
    record RoleBody(
            String id,
            String name,
            String description,
            boolean preset,
            String base,
            List<String> permissions,
            int holders) {

        static RoleBody of(RoleView view) {
            return new RoleBody(
                    view.role().key(),
                    view.role().name(),
                    view.description(),
                    !view.role().isAdded(),
                    view.base().key(),
                    keys(view),
                    view.holders());
        }
    }
}
