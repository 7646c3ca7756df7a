package io.opsdeck.web.people;

import io.opsdeck.analytics.event.EventError;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.user.profile.Profile;
import io.opsdeck.user.profile.ProfileFilter;
import io.opsdeck.user.profile.ProfileView;
import io.opsdeck.user.profile.Profiles;
import io.opsdeck.web.api.Limits;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

/** Profiles over REST. */
@RestController
@RequestMapping(path = "/api/v1", produces = MediaType.APPLICATION_JSON_VALUE)
class ProfileApiController {

    private final Profiles profiles;
    private final Workspaces workspaces;
    private final ContactSight sight;
    private final ContactReads reads;

    ProfileApiController(Profiles profiles, Workspaces workspaces, ContactSight sight, ContactReads reads) {
        this.profiles = profiles;
        this.workspaces = workspaces;
        this.sight = sight;
        this.reads = reads;
    }

    @GetMapping("/profiles")
    @Requires(Permission.PROFILE_READ)
    Page<RowBody> list(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "last_seen") String sort,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        String[] given = request.getParameterValues("f");
        Access access = Caller.require(request);
        ZoneId zone = workspaces.require(access.workspace()).settings().timeZone();
        List<String> conditions = given == null ? List.of() : Arrays.asList(given);
        List<ProfileFilter> filters = PeoplePageController.filters(q, "", conditions, zone);
        Page<ProfileView> page = sight.people(
                profiles.page(
                        sight.filters(filters, access), PeoplePageController.order(sort), cursor, Limits.of(limit)),
                access);
        reads.list(ContactReads.names(q, "", conditions), page.data().size(), access);
        return new Page<>(page.data().stream().map(RowBody::of).toList(), page.next());
    }

    @GetMapping("/profiles/{id}")
    @Requires(Permission.PROFILE_READ)
    ProfileBody one(@PathVariable String id, HttpServletRequest request) {
        PersonId person = PersonId.of(id);
        ProfileBody body = body(person, request);
        reads.one(person, Caller.require(request));
        return body;
    }

    /** The profile that a user id, else an anonymous id, else an e-mail address or a phone number leads to. */
    @GetMapping("/profiles:lookup")
    @Requires(Permission.PROFILE_READ)
    ProfileBody lookup(@RequestParam(defaultValue = "") String id, HttpServletRequest request) {
        if (id.isBlank()) {
            throw CoreError.REQUIRED.at("id");
        }
        PersonId person = profiles.lookup(id, sight.isClear(Caller.require(request)))
                .orElseThrow(EventError.PERSON_NOT_FOUND::exception);
        reads.lookedUp(person, Caller.require(request));
        return body(person, request);
    }

    private ProfileBody body(PersonId person, HttpServletRequest request) {
        return ProfileBody.of(sight.person(profiles.require(person), Caller.require(request)));
    }

    /** A profile in a list. */
    record RowBody(
            String id,
            @Nullable String userId,
            @Nullable String name,
            @Nullable String email,
            @Nullable String phone,
            Instant firstSeenAt,
            Instant lastSeenAt,
            long events) {

        static RowBody of(ProfileView view) {
            return new RowBody(
                    view.id().toString(),
                    view.userId(),
                    view.name(),
                    view.email(),
                    view.phone(),
                    view.firstSeenAt(),
                    view.lastSeenAt(),
                    view.events());
        }
    }

    /** A profile with its traits and with what leads to it. */
    record ProfileBody(
            String id,
            @Nullable String userId,
            List<String> userIds,
            List<String> anonymousIds,
            Map<String, JsonNode> traits,
            Instant firstSeenAt,
            Instant lastSeenAt,
            long events) {

        static ProfileBody of(Profile profile) {
            Map<String, JsonNode> traits = new LinkedHashMap<>();
            profile.traits().forEach(trait -> traits.put(trait.name(), trait.value()));
            return new ProfileBody(
                    profile.view().id().toString(),
                    profile.view().userId(),
                    identifiers(profile, true),
                    identifiers(profile, false),
                    traits,
                    profile.view().firstSeenAt(),
                    profile.view().lastSeenAt(),
                    profile.view().events());
        }

        private static List<String> identifiers(Profile profile, boolean user) {
            return profile.identifiers().stream()
                    .filter(identifier -> identifier.user() == user)
                    .map(identifier -> identifier.value())
                    .toList();
        }
    }
}
