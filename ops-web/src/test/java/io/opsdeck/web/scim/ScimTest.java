package io.opsdeck.web.scim;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.scim.ScimFilter;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Preset;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleSettings;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Provisioning with the bodies that Okta and Entra ID send. */
class ScimTest extends WebTest {

    private static final String USER = "urn:ietf:params:scim:schemas:core:2.0:User";
    private static final String PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

    private Team team;
    private String token;

    @BeforeEach
    void connectAProvider() {
        team = team();
        token = token(team.workspace(), team.owner(), Set.of(Permission.SCIM_MANAGE), null);
    }

    /** What Okta does with a new application: tests the connection, looks for the user, creates, updates, deactivates. */
    @Test
    void oktaBringsAUserAndTakesHimAway() {
        JsonNode test = json(call("GET", "/Users?startIndex=1&count=2", ""));
        assertThat(test.path("schemas").get(0).asString())
                .isEqualTo("urn:ietf:params:scim:api:messages:2.0:ListResponse");
        assertThat(test.path("totalResults").asInt()).isEqualTo(1);
        assertThat(test.at("/Resources/0/userName").asString())
                .isEqualTo(team.owner().mail());

        String mail = mail("isaac.brock");
        assertThat(find("userName eq \"" + mail + "\"").path("totalResults").asInt())
                .isZero();
        Answer made = call("POST", "/Users", """
                {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"%s","name":{"givenName":"Isaac","familyName":"Brock"},
                 "emails":[{"primary":true,"value":"%s","type":"work"}],"displayName":"Isaac Brock","locale":"en-US","externalId":"00ujl29u0le5T6Aj10h7",
                 "groups":[],"password":"1mz050nq","active":true}
                """.formatted(mail, mail));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        assertThat(made.header("Content-Type").orElse("")).startsWith("application/scim+json");
        JsonNode user = json(made);
        String id = user.path("id").asString();
        assertThat(made.header("Location").orElse("")).endsWith("/scim/v2/Users/" + id);
        assertThat(user.at("/meta/resourceType").asString()).isEqualTo("User");
        assertThat(user.at("/meta/location").asString()).endsWith("/Users/" + id);
        assertThat(user.at("/name/givenName").asString()).isEqualTo("Isaac");
        assertThat(user.path("active").asBoolean()).isTrue();
        assertThat(made.body()).doesNotContain("1mz050nq");
        assertThat(find("userName eq \"" + mail.toUpperCase(java.util.Locale.ROOT) + "\"")
                        .at("/Resources/0/id")
                        .asString())
                .isEqualTo(id);
        assertThat(find("externalId eq \"00ujl29u0le5T6Aj10h7\"")
                        .at("/Resources/0/id")
                        .asString())
                .isEqualTo(id);

        Answer replaced = call("PUT", "/Users/" + id, """
                {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"id":"%s","userName":"%s","name":{"givenName":"Isaac","familyName":"Newton"},
                 "emails":[{"primary":true,"value":"%s","type":"work"}],"active":true,"externalId":"00ujl29u0le5T6Aj10h7"}
                """.formatted(id, mail, mail));
        assertThat(json(replaced).path("displayName").asString()).isEqualTo("Isaac Newton");
        assertThat(browserOf(team.owner()).get("/members").body()).contains("Isaac Newton", "SCIM");

        Answer off = call("PATCH", "/Users/" + id, """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":false}}]}
                """);
        assertThat(json(off).path("active").asBoolean()).isFalse();
        Answer on = call("PATCH", "/Users/" + id, """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"replace","value":{"active":true}}]}
                """);
        assertThat(json(on).path("active").asBoolean()).isTrue();
        assertThat(call("DELETE", "/Users/" + id, "").status()).isEqualTo(204);
        assertError(404, "", call("GET", "/Users/" + id, ""));
        assertThat(find("userName eq \"" + mail + "\"").path("totalResults").asInt())
                .isZero();
        assertThat(call("POST", "/Users", "{\"userName\":\"" + mail + "\"}").status())
                .as("he comes back")
                .isEqualTo(201);
    }

    /** Entra ID writes operations with capitals, one attribute each, and the truth as a text. */
    @Test
    void entraChangesAUser() {
        String mail = mail("alias");
        Answer made = call("POST", "/Users", """
                {"schemas":["urn:ietf:params:scim:schemas:core:2.0:User","urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"],
                 "externalId":"0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef","userName":"%s","active":true,
                 "emails":[{"primary":true,"type":"work","value":"%s"}],"meta":{"resourceType":"User"},
                 "name":{"formatted":"givenName familyName","familyName":"familyName","givenName":"givenName"},"roles":[]}
                """.formatted(mail, mail));
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        String id = json(made).path("id").asString();
        String next = mail("updated");
        Answer changed = call("PATCH", "/Users/" + id, """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
                 {"op":"Replace","path":"emails[type eq \\"work\\"].value","value":"%s"},
                 {"op":"Replace","path":"userName","value":"%s"},
                 {"op":"Add","path":"name.familyName","value":"Zhao"},
                 {"op":"Replace","path":"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department","value":"Ops"},
                 {"op":"Replace","path":"displayName","value":"赵敏"}]}
                """.formatted(next, next));
        assertThat(changed.status()).as(changed.body()).isEqualTo(200);
        assertThat(json(changed).path("userName").asString()).isEqualTo(next);
        assertThat(json(changed).at("/name/familyName").asString()).isEqualTo("Zhao");
        assertThat(CurrentWorkspace.call(team.workspace(), () -> members.one(UUID.fromString(id)))
                        .mail())
                .isEqualTo(next);
        Answer off = call("PATCH", "/Users/" + id, """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Replace","path":"active","value":"False"}]}
                """);
        assertThat(json(off).path("active").asBoolean()).isFalse();
    }

    @Test
    void whoIsDisabledIsOutAtOnceAndOnlyHere() {
        Team.Person person = member(team.workspace(), Role.OPERATOR);
        Team other = team();
        CurrentWorkspace.run(other.workspace(), () -> members.join(person.id(), Role.VIEWER));
        Browser browser = browserOf(person);
        String key = token(team.workspace(), person, Set.of(Permission.WORKSPACE_READ), null);
        assertThat(browser.get("/sources").status()).isEqualTo(200);
        Answer off = call("PATCH", "/Users/" + person.id(), active("\"false\""));
        assertThat(off.status()).as(off.body()).isEqualTo(200);

        assertThat(browser()
                        .get("/api/v1/workspaces", "Authorization", "Bearer " + key)
                        .status())
                .isEqualTo(401);
        assertThat(browser.get("/sources").status())
                .as("a viewer of the other workspace now")
                .isEqualTo(403);
        assertThat(browser.get("/").body()).doesNotContain(team.workspace().toString());
        call("PATCH", "/Users/" + person.id(), active("true"));
        assertThat(browser()
                        .get("/api/v1/workspaces", "Authorization", "Bearer " + key)
                        .status())
                .isEqualTo(200);

        Team.Person alone = member(team.workspace(), Role.OPERATOR);
        Browser session = browserOf(alone);
        assertThat(session.get("/").status()).isEqualTo(200);
        call("DELETE", "/Users/" + alone.id(), "");
        assertThat(session.get("/").location()).isEqualTo("/sign-in");
    }

    @Test
    void ownersAndPeopleOfOtherWorkspacesAreNotChangedFromOutside() {
        assertError(403, "", call("PATCH", "/Users/" + team.owner().id(), active("false")));
        assertError(403, "", call("DELETE", "/Users/" + team.owner().id(), ""));
        Team.Person person = member(team.workspace(), Role.VIEWER);
        assertError(
                400,
                "mutability",
                call("PATCH", "/Users/" + person.id(), replace("userName", "\"" + mail("evil") + "\"")));
        assertError(404, "", call("GET", "/Users/" + team().owner().id(), ""));
        String name = CurrentWorkspace.call(team.workspace(), () -> members.one(person.id()))
                .name();
        assertThat(call("PATCH", "/Users/" + person.id(), replace("displayName", "\"Renamed\""))
                        .status())
                .isEqualTo(200);
        assertThat(CurrentWorkspace.call(team.workspace(), () -> members.one(person.id()))
                        .name())
                .isEqualTo(name);
    }

    @Test
    void groupsGiveRolesAndTheStrongestWins() {
        Role own = CurrentWorkspace.call(
                team.workspace(),
                () -> roles.create(
                        new RoleSettings("Night shift", ""),
                        Preset.VIEWER,
                        EnumSet.of(Permission.WORKSPACE_READ, Permission.EVENT_READ),
                        OWNERS));
        String user = json(call("POST", "/Users", "{\"userName\":\"" + mail("lin") + "\"}"))
                .path("id")
                .asString();
        assertThat(role(user)).isEqualTo(Role.VIEWER);

        // Okta: created empty, members follow.
        Answer made = call(
                "POST",
                "/Groups",
                "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:Group\"],\"displayName\":\"night SHIFT\",\"members\":[]}");
        assertThat(made.status()).as(made.body()).isEqualTo(201);
        String night = json(made).path("id").asString();
        call("PATCH", "/Groups/" + night, """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[
                 {"op":"replace","value":{"id":"%s","displayName":"night SHIFT"}},
                 {"op":"add","path":"members","value":[{"value":"%s","display":"lin"}]}]}
                """.formatted(night, user));
        assertThat(role(user)).isEqualTo(own);
        assertThat(json(call("GET", "/Users/" + user, "")).at("/groups/0/value").asString())
                .isEqualTo(night);

        // Entra: the name of a preset.
        String operators = json(call("POST", "/Groups", """
                {"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"externalId":"8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159","displayName":"Operator"}
                """)).path("id").asString();
        call("PATCH", "/Groups/" + operators, """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Add","path":"members","value":[{"$ref":null,"value":"%s"}]}]}
                """.formatted(user));
        assertThat(role(user)).as("the stronger one").isEqualTo(Role.OPERATOR);
        assertThat(json(call(
                                "GET",
                                "/Groups?excludedAttributes=members&filter=" + encoded("displayName eq \"Operator\""),
                                ""))
                        .at("/Resources/0")
                        .has("members"))
                .isFalse();
        Answer out = call("PATCH", "/Groups/" + operators, """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Remove","path":"members[value eq \\"%s\\"]"}]}
                """.formatted(user));
        assertThat(out.status()).as(out.body()).isEqualTo(200);
        assertThat(role(user)).isEqualTo(own);
        call("PATCH", "/Groups/" + night, """
                {"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Remove","path":"members","value":[{"value":"%s"}]}]}
                """.formatted(user));
        assertThat(role(user)).as("in no group any more").isEqualTo(Role.VIEWER);

        assertError(409, "uniqueness", call("POST", "/Groups", "{\"displayName\":\"OPERATOR\"}"));
        assertThat(call("DELETE", "/Groups/" + night, "").status()).isEqualTo(204);
    }

    @Test
    void noGroupMakesAnOwnerOrGivesMoreThanTheMakerOfTheTokenHas() {
        String user = json(call("POST", "/Users", "{\"userName\":\"" + mail("lin") + "\"}"))
                .path("id")
                .asString();
        String members = ",\"members\":[{\"value\":\"" + user + "\"}]}";
        call("POST", "/Groups", "{\"displayName\":\"owner\"" + members);
        assertThat(role(user)).isEqualTo(Role.VIEWER);

        Role connector = CurrentWorkspace.call(
                team.workspace(),
                () -> roles.create(
                        new RoleSettings("Connector", ""), Preset.VIEWER, EnumSet.of(Permission.SCIM_MANAGE), OWNERS));
        token = token(team.workspace(), member(team.workspace(), connector), Set.of(Permission.SCIM_MANAGE), null);
        call("POST", "/Groups", "{\"displayName\":\"admin\"" + members);
        assertThat(role(user)).isEqualTo(Role.VIEWER);

        Browser owner = browserOf(team.owner());
        String admins = json(call("GET", "/Groups?filter=" + encoded("displayName eq \"admin\""), ""))
                .at("/Resources/0/id")
                .asString();
        assertThat(owner.get("/members/provisioning").body()).contains("/scim/v2", "admin");
        String path = "/members/provisioning/groups/" + admins + "/role";
        assertThat(owner.post(path, Map.of("role", "owner")).status()).isEqualTo(403);
        assertThat(owner.post(path, Map.of("role", "admin")).status()).isEqualTo(302);
        assertThat(role(user)).isEqualTo(Role.ADMIN);
        owner.get("/members/provisioning");
        owner.post(path, Map.of("role", ""));
        assertThat(role(user)).isEqualTo(Role.VIEWER);
    }

    /** A provider pushes the members of a group in several calls at once. */
    @Test
    void callsAtOnceLoseNobody() throws Exception {
        String group = json(call("POST", "/Groups", "{\"displayName\":\"content\"}"))
                .path("id")
                .asString();
        List<String> users = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            users.add(json(call("POST", "/Users", "{\"userName\":\"" + mail("u" + i) + "\"}"))
                    .path("id")
                    .asString());
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            List<Future<Integer>> calls = new ArrayList<>();
            for (String user : users) {
                calls.add(threads.submit(() -> call(
                                "PATCH",
                                "/Groups/" + group,
                                "{\"schemas\":[\"" + PATCH
                                        + "\"],\"Operations\":[{\"op\":\"add\",\"path\":\"members\",\"value\":[{\"value\":\""
                                        + user + "\"}]}]}")
                        .status()));
            }
            for (Future<Integer> call : calls) {
                assertThat(call.get()).isEqualTo(200);
            }
            List<Future<Integer>> same = new ArrayList<>();
            String twin = mail("twin");
            for (int i = 0; i < 4; i++) {
                same.add(threads.submit(() -> call("POST", "/Users", "{\"userName\":\"" + twin + "\"}")
                        .status()));
            }
            List<Integer> answers = new ArrayList<>();
            for (Future<Integer> call : same) {
                answers.add(call.get());
            }
            assertThat(answers).containsExactlyInAnyOrder(201, 409, 409, 409);
        } finally {
            threads.shutdown();
        }
        assertThat(json(call("GET", "/Groups/" + group, "")).path("members")).hasSize(8);
        users.forEach(user -> assertThat(role(user)).isEqualTo(Role.CONTENT));
    }

    @Test
    void aRoleThatAGroupGivesIsInUse() {
        Role own = CurrentWorkspace.call(
                team.workspace(),
                () -> roles.create(new RoleSettings("Night shift", ""), Preset.VIEWER, Set.of(), OWNERS));
        String group = json(call("POST", "/Groups", "{\"displayName\":\"Night shift\"}"))
                .path("id")
                .asString();
        Browser browser = browserOf(team.owner());
        browser.get("/roles");
        String path = "/roles/" + own.key() + "/delete";
        assertThat(browser.post(path, Map.of()).status()).isEqualTo(409);
        assertThat(browser.post(path, Map.of("replacement", "content")).status())
                .isEqualTo(302);
        String user = json(call("POST", "/Users", "{\"userName\":\"" + mail("lin") + "\"}"))
                .path("id")
                .asString();
        call("PUT", "/Groups/" + group, "{\"displayName\":\"Night shift\",\"members\":[{\"value\":\"" + user + "\"}]}");
        assertThat(role(user)).isEqualTo(Role.CONTENT);
    }

    @Test
    void mistakesAreSaidAsTheStandardWantsIt() {
        String mail = mail("lin");
        String made = "{\"schemas\":[\"" + USER + "\"],\"userName\":\"" + mail + "\"}";
        assertThat(call("POST", "/Users", made).status()).isEqualTo(201);
        assertError(409, "uniqueness", call("POST", "/Users", made));
        assertError(
                409,
                "uniqueness",
                call("POST", "/Users", "{\"userName\":\"" + team.owner().mail() + "\"}"));
        assertError(400, "invalidValue", call("POST", "/Users", "{\"displayName\":\"nobody\"}"));
        assertError(400, "invalidValue", call("POST", "/Users", "{\"userName\":\"no-address\"}"));
        assertError(400, "invalidSyntax", call("POST", "/Users", "{"));
        assertError(400, "invalidFilter", call("GET", "/Users?filter=" + encoded("userName sw \"a\""), ""));
        assertError(400, "invalidFilter", call("GET", "/Users?filter=" + encoded("title eq \"a\""), ""));
        assertError(400, "invalidValue", call("GET", "/Users?count=many", ""));
        assertError(
                400,
                "invalidValue",
                call(
                        "POST",
                        "/Groups",
                        "{\"displayName\":\"G\",\"members\":[{\"value\":\"" + UUID.randomUUID() + "\"}]}"));
        assertError(404, "", call("GET", "/Users/nobody", ""));
        assertError(401, "", browser().get("/scim/v2/Users"));
        token = token(team.workspace(), team.owner(), Set.of(Permission.MEMBER_READ), null);
        assertError(403, "", call("GET", "/Users", ""));
    }

    @Test
    void theProviderLearnsWhatThereIs() {
        JsonNode config = json(call("GET", "/ServiceProviderConfig", ""));
        assertThat(config.at("/patch/supported").asBoolean()).isTrue();
        assertThat(config.at("/meta/location").asString())
                .startsWith("http")
                .endsWith("/scim/v2/ServiceProviderConfig");
        assertThat(json(call("GET", "/ResourceTypes", "")).path("totalResults").asInt())
                .isEqualTo(2);
        assertThat(json(call("GET", "/ResourceTypes/User", "")).path("endpoint").asString())
                .isEqualTo("/Users");
        JsonNode schemas = json(call("GET", "/Schemas", ""));
        assertThat(schemas.at("/Resources/0/id").asString()).isEqualTo(USER);
        assertThat(json(call("GET", "/Schemas/" + USER, "")).path("name").asString())
                .isEqualTo("User");
    }

    @Test
    void filtersAreReadInTheWaysThatTheyAreWritten() {
        assertThat(ScimFilter.of("userName eq \"a\\\"b\"")).isEqualTo(new ScimFilter("username", "a\"b"));
        assertThat(ScimFilter.of(USER + ":userName EQ \"a\"")).isEqualTo(new ScimFilter("username", "a"));
        assertThat(ScimFilter.of("emails[type eq \"work\"].value eq \"a@b\""))
                .isEqualTo(new ScimFilter("emails.value", "a@b"));
    }

    private static String active(String value) {
        return replace("active", value);
    }

    private static String replace(String path, String value) {
        return "{\"schemas\":[\"" + PATCH + "\"],\"Operations\":[{\"op\":\"replace\",\"path\":\"" + path
                + "\",\"value\":" + value + "}]}";
    }

    private Role role(String user) {
        return CurrentWorkspace.call(team.workspace(), () -> members.one(UUID.fromString(user)))
                .role();
    }

    private JsonNode find(String filter) {
        return json(call("GET", "/Users?filter=" + encoded(filter), ""));
    }

    private Answer call(String method, String path, String body) {
        return browser()
                .send(
                        method,
                        "/scim/v2" + path,
                        body,
                        "Authorization",
                        "Bearer " + token,
                        "Content-Type",
                        "application/scim+json",
                        "Accept",
                        "application/scim+json");
    }

    private static void assertError(int status, String type, Answer answer) {
        assertThat(answer.status()).as(answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type").orElse("")).startsWith("application/scim+json");
        JsonNode body = json(answer);
        assertThat(body.path("schemas").get(0).asString()).isEqualTo("urn:ietf:params:scim:api:messages:2.0:Error");
        assertThat(body.path("status").asString()).isEqualTo(String.valueOf(status));
        assertThat(body.path("scimType").asString("")).isEqualTo(type);
        assertThat(body.path("detail").asString()).isNotBlank();
    }

    private String mail(String name) {
        return name + "-" + team.workspace().id().toString().substring(24) + "@example.com";
    }

    private static JsonNode json(Answer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
