package io.opsdeck.web;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.analytics.board.Annotations;
import io.opsdeck.analytics.board.SavedInsights;
import io.opsdeck.analytics.dataimport.ImportId;
import io.opsdeck.analytics.dataimport.ImportLinks;
import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.Quarantine;
import io.opsdeck.analytics.insight.InsightKind;
import io.opsdeck.analytics.workbench.SavedQueries;
import io.opsdeck.core.chat.Platform;
import io.opsdeck.core.chat.RobotSettings;
import io.opsdeck.core.chat.Robots;
import io.opsdeck.core.export.ExportFormat;
import io.opsdeck.core.export.Exports;
import io.opsdeck.core.export.StartExport;
import io.opsdeck.core.job.Schedules;
import io.opsdeck.core.job.Timetable;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.notification.Audience;
import io.opsdeck.core.notification.Inbox;
import io.opsdeck.core.notification.Notice;
import io.opsdeck.core.notification.Notifications;
import io.opsdeck.core.notification.Reason;
import io.opsdeck.core.outbound.Freezes;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.scim.GroupDraft;
import io.opsdeck.core.scim.ScimGroups;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Preset;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleSettings;
import io.opsdeck.core.view.SavedViews;
import io.opsdeck.core.webhook.EndpointId;
import io.opsdeck.core.webhook.EndpointSettings;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.user.profile.Profiles;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.testing.Answer;
import io.opsdeck.web.testing.Browser;
import io.opsdeck.web.testing.Team;
import io.opsdeck.web.testing.WebTest;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/**
 * Who may call what, for every route there is: the routes are read from the running application. A new route that takes
 * an id or changes something needs a line in {@link #CASES}, and this test fails until it has one.
 */
class RouteMatrixTest extends WebTest {

    private static final String UNKNOWN = "01900000-0000-7000-8000-000000000000";

    private static final String QUESTION =
            "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"Paid\"}]}";

    /** What a good call of a route carries, and how another workspace's object for its {id} is found. */
    private static final Map<String, Case> CASES = Map.ofEntries(
            entry("GET /invitations/{code}", Case.open(Map.of())),
            entry("POST /invitations/{code}", Case.open(Map.of("name", "Lin Yue", "password", "six loud herons"))),
            entry("POST /members/invitations", Case.form(Map.of("mail", "new@example.com", "role", "viewer"))),
            entry("POST /members/invitations/{id}/withdraw", Case.object(Map.of(), RouteMatrixTest::invitationOf)),
            entry("POST /members/{id}/role", Case.object(Map.of("role", "viewer"), RouteMatrixTest::ownerOf)),
            entry("POST /members/{id}/sign-out", Case.object(Map.of(), RouteMatrixTest::ownerOf)),
            entry("POST /members/{id}/remove", Case.object(Map.of(), RouteMatrixTest::ownerOf)),
            entry("GET /members/{id}/sessions", Case.object(Map.of(), RouteMatrixTest::ownerOf)),
            entry("POST /members/{id}/sessions/{session}/end", Case.object(Map.of(), RouteMatrixTest::ownerOf)),
            entry("POST /account/sessions/{id}/end", Case.object(Map.of(), RouteMatrixTest::sessionOf)),
            entry("POST /account/sessions/end-others", Case.form(Map.of())),
            entry("POST /account/password", Case.form(Map.of("current", "x", "password", "six loud herons"))),
            entry("POST /account/two-step/begin", Case.form(Map.of())),
            entry("POST /account/two-step/confirm", Case.form(Map.of("password", "x", "code", "123456"))),
            entry("POST /account/two-step/codes", Case.form(Map.of("password", "x", "code", "123456"))),
            entry("POST /account/two-step/disable", Case.form(Map.of("password", "x", "code", "123456"))),
            entry("POST /sign-in/code", Case.open(Map.of("code", "123456"))),
            entry("POST /password-resets", Case.open(Map.of("mail", "nobody@example.com"))),
            entry("GET /password-resets/{code}", Case.open(Map.of())),
            entry("POST /password-resets/{code}", Case.open(Map.of("password", "six loud herons"))),
            entry("POST /members/{id}/password-reset", Case.object(Map.of(), RouteMatrixTest::ownerOf)),
            entry("POST /members/{id}/two-step/reset", Case.object(Map.of(), RouteMatrixTest::ownerOf)),
            entry("POST /settings/sign-on", Case.form(Map.of("issuer", "x"))),
            entry("POST /settings/sign-on/remove", Case.form(Map.of())),
            entry("POST /settings/two-step", Case.form(Map.of("required", "false"))),
            entry(
                    "POST /robots",
                    Case.form(Map.of(
                            "name",
                            "Operations",
                            "platform",
                            "slack",
                            "address",
                            "http://127.0.0.1:9/services/x",
                            "dailyHour",
                            ""))),
            entry("GET /robots/{id}", Case.object(Map.of(), RouteMatrixTest::robotOf)),
            entry(
                    "POST /robots/{id}",
                    Case.object(Map.of("name", "Operations", "platform", "slack"), RouteMatrixTest::robotOf)),
            entry("POST /robots/{id}/test", Case.object(Map.of(), RouteMatrixTest::robotOf)),
            entry("POST /robots/{id}/enable", Case.object(Map.of(), RouteMatrixTest::robotOf)),
            entry("POST /robots/{id}/disable", Case.object(Map.of(), RouteMatrixTest::robotOf)),
            entry("POST /robots/{id}/delete", Case.object(Map.of(), RouteMatrixTest::robotOf)),
            entry("GET /u/{code}", Case.open(Map.of())),
            entry("POST /u/{code}", Case.open(Map.of())),
            entry("POST /inbox/{id}/followed", Case.object(Map.of(), RouteMatrixTest::notificationOf)),
            entry("POST /inbox/{id}/read", Case.object(Map.of(), RouteMatrixTest::notificationOf)),
            entry("POST /inbox/{id}/archive", Case.object(Map.of(), RouteMatrixTest::notificationOf)),
            entry("POST /inbox/read-all", Case.form(Map.of())),
            entry("POST /inbox/undo", Case.form(Map.of("at", "2026-11-23T04:00:00Z"))),
            entry("POST /account/notifications", Case.form(Map.of("hour", "9", "timeZone", "Asia/Shanghai"))),
            entry("POST /views", Case.form(Map.of("page", "events", "name", "Paid", "query", "event=Paid"))),
            entry("POST /views/{id}/rename", Case.object(Map.of("name", "Paid"), RouteMatrixTest::viewOf)),
            entry("POST /views/{id}/delete", Case.object(Map.of(), RouteMatrixTest::viewOf)),
            entry("POST /roles", Case.form(Map.of("seen", "viewer -job:read", "cell", "viewer job:read"))),
            entry("POST /roles/review", Case.form(Map.of("seen", "viewer -job:read", "cell", "viewer job:read"))),
            entry("POST /roles/new", Case.form(Map.of("name", "Night shift", "role", "viewer"))),
            entry("GET /roles/{key}", Case.object(Map.of(), RouteMatrixTest::roleOf)),
            entry("POST /roles/{key}", Case.object(Map.of("name", "Mine"), RouteMatrixTest::roleOf)),
            entry("POST /roles/{key}/delete", Case.object(Map.of(), RouteMatrixTest::roleOf)),
            entry("POST /roles/{key}/view-as", Case.object(Map.of(), RouteMatrixTest::roleOf)),
            entry("POST /members/provisioning/token", Case.form(Map.of())),
            entry(
                    "POST /members/provisioning/groups/{id}/role",
                    Case.object(Map.of("role", "viewer"), RouteMatrixTest::groupOf)),
            entry(
                    "POST /scim/v2/Users",
                    Case.json(
                            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"lin@example.com\"}")),
            entry("GET /scim/v2/Users/{id}", Case.object("", RouteMatrixTest::ownerOf)),
            entry(
                    "PUT /scim/v2/Users/{id}",
                    Case.object(
                            "{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"lin@example.com\"}",
                            RouteMatrixTest::ownerOf)),
            entry(
                    "PATCH /scim/v2/Users/{id}",
                    Case.object(
                            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"replace\",\"value\":{\"displayName\":\"Theirs\"}}]}",
                            RouteMatrixTest::ownerOf)),
            entry("DELETE /scim/v2/Users/{id}", Case.object("", RouteMatrixTest::ownerOf)),
            entry("POST /scim/v2/Groups", Case.json("{\"displayName\":\"Night shift\"}")),
            entry("GET /scim/v2/Groups/{id}", Case.object("", RouteMatrixTest::groupOf)),
            entry("PUT /scim/v2/Groups/{id}", Case.object("{\"displayName\":\"Mine\"}", RouteMatrixTest::groupOf)),
            entry(
                    "PATCH /scim/v2/Groups/{id}",
                    Case.object(
                            "{\"schemas\":[\"urn:ietf:params:scim:api:messages:2.0:PatchOp\"],\"Operations\":[{\"op\":\"replace\",\"value\":{\"displayName\":\"Theirs\"}}]}",
                            RouteMatrixTest::groupOf)),
            entry("DELETE /scim/v2/Groups/{id}", Case.object("", RouteMatrixTest::groupOf)),
            entry("GET /scim/v2/ResourceTypes/{id}", Case.object("", RouteMatrixTest::groupOf)),
            entry("GET /scim/v2/Schemas/{id}", Case.object("", RouteMatrixTest::groupOf)),
            entry("POST /view-as/stop", Case.open(Map.of())),
            entry("POST /api/v1/roles", Case.json("{\"name\":\"Night shift\"}")),
            entry("GET /api/v1/roles/{id}", Case.object("", RouteMatrixTest::roleOf)),
            entry("PATCH /api/v1/roles/{id}", Case.object("{\"name\":\"Mine\"}", RouteMatrixTest::roleOf)),
            entry("DELETE /api/v1/roles/{id}", Case.object("", RouteMatrixTest::roleOf)),
            entry("POST /tokens", Case.form(Map.of("name", "Export", "scopes", "event:read", "days", "30"))),
            entry("POST /tokens/{id}/revoke", Case.object(Map.of(), RouteMatrixTest::tokenOf)),
            entry(
                    "POST /settings",
                    Case.form(Map.of(
                            "name",
                            "Shop",
                            "timeZone",
                            "Asia/Shanghai",
                            "weekStart",
                            "MONDAY",
                            "currency",
                            "CNY",
                            "locale",
                            "en"))),
            entry("POST /preferences/language", Case.open(Map.of("lang", "en"))),
            entry("POST /preferences/workspace", Case.form(Map.of("id", UNKNOWN))),
            entry("POST /sign-in", Case.open(Map.of("mail", "nobody@example.com", "password", "x"))),
            entry("POST /sign-out", Case.open(Map.of())),
            entry("POST /set-up", Case.open(Map.of("code", "x", "workspaceName", "Shop"))),
            entry("POST /api/v1/workspaces", Case.json("{\"name\":\"Branch\"}")),
            entry("GET /api/v1/sources/{id}", Case.object(Map.of(), RouteMatrixTest::sourceOf)),
            entry("POST /api/v1/sources", Case.json("{\"name\":\"Shop\"}")),
            entry("POST /sources", Case.form(Map.of("name", "Shop", "kind", "WEB"))),
            entry("GET /sources/{id}", Case.object(Map.of(), RouteMatrixTest::sourceOf)),
            entry("POST /sources/{id}/rename", Case.object(Map.of("name", "Shop"), RouteMatrixTest::sourceOf)),
            entry("GET /t/{version}.js", Case.open(Map.of())),
            entry("POST /sources/{id}/rotate", Case.object(Map.of(), RouteMatrixTest::sourceOf)),
            entry("POST /sources/{id}/disable", Case.object(Map.of(), RouteMatrixTest::sourceOf)),
            entry("POST /dictionary/event", Case.form(Map.of("name", "Order Completed", "description", "Paid"))),
            entry("POST /quarantine/{id}/replay", Case.object(Map.of(), RouteMatrixTest::quarantinedOf)),
            entry("POST /quarantine/{id}/discard", Case.object(Map.of(), RouteMatrixTest::quarantinedOf)),
            entry("GET /jobs/{id}", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry("POST /jobs/{id}/cancel", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry("POST /jobs/{id}/retry", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry("GET /api/v1/jobs/{id}", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry("GET /api/v1/jobs/{id}/errors", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry("POST /api/v1/jobs/{id}/cancel", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry("POST /api/v1/jobs/{id}/retry", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry("POST /jobs/retry", Case.form(Map.of())),
            entry("POST /jobs/{id}/discard", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry("POST /jobs/{id}/mail", Case.object(Map.of("wanted", "true"), RouteMatrixTest::jobOf)),
            entry("POST /api/v1/jobs/{id}/discard", Case.object(Map.of(), RouteMatrixTest::jobOf)),
            entry(
                    "POST /jobs/schedules/{id}/change",
                    Case.object(
                            Map.of("frequency", "daily", "day", "1", "at", "08:00", "zone", "UTC"),
                            RouteMatrixTest::scheduleOf)),
            entry("POST /jobs/schedules/{id}/pause", Case.object(Map.of(), RouteMatrixTest::scheduleOf)),
            entry("POST /jobs/schedules/{id}/resume", Case.object(Map.of(), RouteMatrixTest::scheduleOf)),
            entry("POST /jobs/schedules/{id}/run", Case.object(Map.of(), RouteMatrixTest::scheduleOf)),
            entry("POST /jobs/schedules/{id}/delete", Case.object(Map.of(), RouteMatrixTest::scheduleOf)),
            entry(
                    "POST /exports/regular",
                    Case.form(Map.of(
                            "list",
                            "people",
                            "name",
                            "People",
                            "format",
                            "csv",
                            "frequency",
                            "daily",
                            "day",
                            "1",
                            "at",
                            "08:00",
                            "zone",
                            "UTC"))),
            entry("POST /exports", Case.form(Map.of("list", "people"))),
            entry("GET /exports/{id}", Case.object(Map.of(), RouteMatrixTest::exportOf)),
            entry("GET /exports/{id}/file", Case.object(Map.of(), RouteMatrixTest::exportOf)),
            entry("POST /api/v1/exports", Case.json("{\"list\":\"people\"}")),
            entry("GET /api/v1/exports/{id}/file", Case.object(Map.of(), RouteMatrixTest::exportOf)),
            entry("GET /people/{id}", Case.object(Map.of(), RouteMatrixTest::personOf)),
            entry("GET /api/v1/profiles/{id}", Case.object(Map.of(), RouteMatrixTest::personOf)),
            entry("POST /settings/sample", Case.form(Map.of())),
            entry("POST /settings/sample/refresh", Case.form(Map.of())),
            entry("POST /settings/sample/delete", Case.form(Map.of())),
            entry("POST /imports/links", Case.form(Map.of("url", "http://127.0.0.1:9/orders.csv"))),
            entry("POST /imports/links/{id}/fetch", Case.object(Map.of(), RouteMatrixTest::linkOf)),
            entry("POST /imports/links/{id}/remove", Case.object(Map.of(), RouteMatrixTest::linkOf)),
            entry("POST /imports", Case.form(Map.of("name", "orders.csv"))),
            entry("POST /api/v1/imports", Case.json("{}")),
            entry("GET /imports/{id}", Case.object(Map.of(), RouteMatrixTest::importOf)),
            entry("GET /imports/{id}/progress", Case.object(Map.of(), RouteMatrixTest::importOf)),
            entry("GET /imports/{id}/errors.csv", Case.object(Map.of(), RouteMatrixTest::importOf)),
            entry("POST /imports/{id}/sheet", Case.object(Map.of("sheet", "2026"), RouteMatrixTest::importOf)),
            entry("POST /imports/{id}/preview", Case.object(Map.of("kind", "events"), RouteMatrixTest::importOf)),
            entry("POST /imports/{id}/rehearsal", Case.object(Map.of("kind", "events"), RouteMatrixTest::importOf)),
            entry("POST /imports/{id}/run", Case.object(Map.of("kind", "events"), RouteMatrixTest::importOf)),
            entry(
                    "POST /api/v1/insights/query",
                    Case.json("{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"Paid\"}]}")),
            entry(
                    "POST /api/v1/insights/people",
                    Case.json(
                            "{\"kind\":\"trend\",\"range\":{\"last\":\"7d\"},\"series\":[{\"event\":\"Paid\"}],\"point\":{}}")),
            entry(
                    "POST /insights",
                    Case.form(Map.of("name", "Paid", "description", "Why", "query", RouteMatrixTest.QUESTION))),
            entry("GET /insights/{id}", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry("GET /insights/{id}/tile", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry(
                    "POST /insights/{id}/question",
                    Case.object(Map.of("query", RouteMatrixTest.QUESTION), RouteMatrixTest::insightOf)),
            entry(
                    "POST /insights/{id}/describe",
                    Case.object(Map.of("name", "Paid", "description", "Why"), RouteMatrixTest::insightOf)),
            entry(
                    "POST /insights/{id}/path",
                    Case.object(Map.of("target", "30", "note", "Ask"), RouteMatrixTest::insightOf)),
            entry("POST /insights/{id}/duplicate", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry("POST /insights/{id}/delete", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry("POST /insights/{id}/restore", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry("POST /insights/{id}/pin", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry("POST /insights/{id}/unpin", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry("POST /insights/{id}/move", Case.object(Map.of("forward", "true"), RouteMatrixTest::insightOf)),
            entry("POST /insights/{id}/share", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry("POST /insights/{id}/share/{share}/revoke", Case.object(Map.of(), RouteMatrixTest::insightOf)),
            entry("GET /shared/{token}", Case.open(Map.of())),
            entry("POST /annotations", Case.form(Map.of("day", "2026-11-03", "text", "Release"))),
            entry("POST /annotations/{id}/delete", Case.object(Map.of(), RouteMatrixTest::annotationOf)),
            entry("POST /api/v1/sql/query", Case.json("{\"sql\":\"select 1\"}")),
            entry("POST /sql", Case.form(Map.of("name", "One", "sql", "select 1"))),
            entry("GET /sql/{id}", Case.object(Map.of(), RouteMatrixTest::queryOf)),
            entry("POST /sql/{id}/delete", Case.object(Map.of(), RouteMatrixTest::queryOf)),
            entry("POST /sql/run", Case.form(Map.of("sql", "select 1"))),
            entry("POST /sql/file", Case.form(Map.of("sql", "select 1"))),
            entry("POST /sql/parameters", Case.form(Map.of("sql", "select 1"))),
            entry(
                    "POST /webhooks",
                    Case.form(Map.of(
                            "url",
                            "http://127.0.0.1:9/hook",
                            "types",
                            "import.finished",
                            "data",
                            "thin",
                            "contact",
                            ""))),
            entry("GET /webhooks/{id}", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("GET /webhooks/{id}/edit", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry(
                    "POST /webhooks/{id}/edit",
                    Case.object(
                            Map.of(
                                    "url",
                                    "http://127.0.0.1:9/hook",
                                    "types",
                                    "import.finished",
                                    "data",
                                    "thin",
                                    "contact",
                                    ""),
                            RouteMatrixTest::endpointOf)),
            entry("POST /webhooks/{id}/rotate", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("POST /webhooks/{id}/ping", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("POST /webhooks/{id}/enable", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("POST /webhooks/{id}/disable", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("POST /webhooks/{id}/delete", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry(
                    "POST /webhooks/{id}/resend",
                    Case.object(
                            Map.of("from", "2026-11-01T00:00", "to", "2026-11-02T00:00"), RouteMatrixTest::endpointOf)),
            entry(
                    "POST /api/v1/webhooks",
                    Case.json("{\"url\":\"http://127.0.0.1:9/hook\",\"events\":[\"import.finished\"]}")),
            entry("GET /api/v1/webhooks/{id}", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("PATCH /api/v1/webhooks/{id}", Case.object("{\"enabled\":false}", RouteMatrixTest::endpointOf)),
            entry("DELETE /api/v1/webhooks/{id}", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("POST /api/v1/webhooks/{id}/rotate", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("POST /api/v1/webhooks/{id}/ping", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry(
                    "POST /api/v1/webhooks/{id}/deliveries/{delivery}/resend",
                    Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry(
                    "POST /api/v1/webhooks/{id}/resend",
                    Case.object(
                            "{\"from\":\"2026-11-01T00:00:00Z\",\"to\":\"2026-11-02T00:00:00Z\"}",
                            RouteMatrixTest::endpointOf)),
            entry("GET /api/v1/webhooks/{id}/deliveries", Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry(
                    "GET /api/v1/webhooks/{id}/deliveries/{delivery}",
                    Case.object(Map.of(), RouteMatrixTest::endpointOf)),
            entry("GET /outbound/{id}", Case.object(Map.of(), RouteMatrixTest::deliveryOf)),
            entry("POST /outbound/{id}/resend", Case.object(Map.of(), RouteMatrixTest::deliveryOf)),
            entry("POST /outbound/{id}/cancel", Case.object(Map.of(), RouteMatrixTest::deliveryOf)),
            entry("POST /outbound/{id}/resolve", Case.object(Map.of("as", "GIVE_UP"), RouteMatrixTest::deliveryOf)),
            entry("POST /outbound/freezes", Case.form(Map.of("scope", "mail", "reason", "Wrong prices"))),
            entry("POST /outbound/freezes/{id}/lift", Case.object(Map.of(), RouteMatrixTest::freezeOf)),
            entry("POST /outbound/limit", Case.form(Map.of("where", "mail", "perMinute", "60"))),
            entry("POST /outbound/test-mail", Case.form(Map.of())),
            entry("POST /audit/verify", Case.form(Map.of())),
            entry("POST /system/invariants/check", Case.form(Map.of())),
            entry("POST /v1/{kind}", Case.json("{}")),
            entry("POST /v1/{kind}/", Case.json("{}")));

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping mapping;

    @Autowired
    private ScimGroups groups;

    @Autowired
    private Invitations invitations;

    @Autowired
    private SavedViews views;

    @Autowired
    private SavedInsights insights;

    @Autowired
    private Annotations annotations;

    @Autowired
    private SavedQueries queries;

    @Autowired
    private EventSources sources;

    @Autowired
    private Quarantine quarantine;

    @Autowired
    private Imports imports;

    @Autowired
    private ImportLinks links;

    @Autowired
    private Exports exports;

    @Autowired
    private Schedules schedules;

    @Autowired
    private Profiles profiles;

    @Autowired
    private Webhooks webhooks;

    @Autowired
    private Freezes freezes;

    @Autowired
    private Notifications notifications;

    @Autowired
    private Inbox inbox;

    @Autowired
    private Robots robots;

    private List<Route> routes = List.of();

    @BeforeEach
    void readRoutes() {
        List<Route> found = new ArrayList<>();
        mapping.getHandlerMethods().forEach((info, handler) -> {
            if (!handler.getBeanType().getPackageName().startsWith("io.opsdeck.")) {
                return;
            }
            for (String pattern : info.getPatternValues()) {
                Set<RequestMethod> methods = info.getMethodsCondition().getMethods();
                for (RequestMethod method : methods.isEmpty() ? Set.of(RequestMethod.GET) : methods) {
                    found.add(new Route(method.name(), pattern, handler));
                }
            }
        });
        found.sort((a, b) -> a.name().compareTo(b.name()));
        routes = found;
        assertThat(routes).hasSizeGreaterThan(25);
    }

    @Test
    void everyRouteThatTakesAnIdOrChangesSomethingHasACase() {
        Set<String> needed = routes.stream()
                .filter(route ->
                        !route.method().equals("GET") || route.pattern().contains("{"))
                .map(Route::name)
                .collect(Collectors.toSet());
        assertThat(CASES.keySet())
                .as("add the new route to CASES with a good call and an object of another workspace")
                .containsExactlyInAnyOrderElementsOf(needed);
        routes.stream()
                .filter(route -> route.pattern().contains("{id}"))
                .forEach(route -> assertThat(route.example().foreign())
                        .as("%s takes an id: use Case.object", route.name())
                        .isNotNull());
    }

    @Test
    void nobodySignedInIsSentToSignInOrRefused() {
        for (Route route : guarded()) {
            Browser nobody = browser();
            nobody.get("/sign-in");
            if (route.isApi()) {
                Answer answer = call(nobody, route, UNKNOWN);
                assertProblem(route, 401, answer);
                assertThat(answer.header("WWW-Authenticate")).as(route.name()).contains("Bearer");
                assertProblem(route, 401, call(nobody, route, UNKNOWN, "Authorization", "Bearer opd_api_nonsense"));
                continue;
            }
            Answer page = call(nobody, route, UNKNOWN);
            assertThat(page.status()).as("%s signed out", route.name()).isEqualTo(303);
            assertThat(page.location()).as(route.name()).startsWith("/sign-in");
            Answer fragment = call(nobody, route, UNKNOWN, "HX-Request", "true");
            assertThat(fragment.status())
                    .as("%s as a fragment, signed out", route.name())
                    .isEqualTo(401);
            assertThat(fragment.header("HX-Redirect").orElse("none"))
                    .as(route.name())
                    .startsWith("/sign-in");
            assertThat(fragment.body()).as(route.name()).isEmpty();
        }
    }

    @Test
    void eachRoleMayDoWhatItsPermissionsSayAndNoMore() {
        for (Role role : List.of(Role.VIEWER, Role.CONTENT, Role.ANALYST)) {
            Team team = team();
            Team.Person person = member(team.workspace(), role);
            Browser browser = browserOf(person);
            Set<Permission> held = EnumSet.allOf(Permission.class);
            held.retainAll(role.preset().orElseThrow().permissions());
            String token = token(team.workspace(), person, held, null);
            for (Route route : guarded()) {
                Answer answer = route.isApi()
                        ? call(
                                browser(),
                                route,
                                UNKNOWN,
                                "Authorization",
                                "Bearer " + token,
                                "Idempotency-Key",
                                "every change takes one")
                        : call(browser, route, UNKNOWN);
                String what = route.name() + " as " + role;
                if (held.contains(route.permission())) {
                    assertThat(answer.status()).as(what).isNotEqualTo(403).isLessThan(500);
                } else {
                    assertThat(answer.status()).as(what).isEqualTo(403);
                    assertThat(answer.header("Content-Type").orElse(""))
                            .as(what)
                            .startsWith(
                                    route.pattern().startsWith("/scim/")
                                            ? "application/scim+json"
                                            : route.isApi() ? "application/problem+json" : "text/html");
                }
            }
        }
    }

    @Test
    void nothingChangesWithoutTheTokenOfThePage() {
        Browser browser = browserOf(team().owner());
        for (Route route : routes) {
            if (route.method().equals("GET") || route.isMachines()) {
                continue;
            }
            Answer answer = browser.postWithoutToken(
                    route.path(UNKNOWN), route.example().fields());
            assertThat(answer.status())
                    .as("%s without CSRF token", route.name())
                    .isEqualTo(403);
            Answer wrong = browser.postWithoutToken(route.path(UNKNOWN), Map.of("_csrf", "opd_csrf_made_up"));
            assertThat(wrong.status())
                    .as("%s with a foreign CSRF token", route.name())
                    .isEqualTo(403);
        }
        assertThat(browser.get("/").status()).as("still signed in").isEqualTo(200);
    }

    @Test
    void anotherWorkspacesObjectsDoNotExist() {
        Team mine = team();
        Team other = team();
        Browser browser = browserOf(mine.owner());
        Map<String, String> ids = new TreeMap<>();
        for (Route route : routes) {
            Function<Objects, String> foreign = route.example().foreign();
            if (foreign == null) {
                continue;
            }
            String id = foreign.apply(new Objects(this, other));
            ids.put(route.name(), id);
            Browser caller = route.isApi() ? browser() : browser;
            String[] token = route.isApi() ? new String[] {"Authorization", "Bearer " + mine(mine)} : new String[0];
            assertThat(call(caller, route, id, token).status())
                    .as("%s of another workspace", route.name())
                    .isEqualTo(404);
            assertThat(call(caller, route, UNKNOWN, token).status())
                    .as("%s of nobody", route.name())
                    .isEqualTo(404);
            assertThat(call(caller, route, "x", token).status())
                    .as("%s, no id at all", route.name())
                    .isEqualTo(404);
        }
        assertThat(ids).isNotEmpty();
        assertThat(browserOf(other.owner()).get("/members").status())
                .as("the other owner is still there")
                .isEqualTo(200);
        assertThat(browser.post(
                                "/preferences/workspace",
                                Map.of("id", other.workspace().toString()))
                        .status())
                .as("looking at another's workspace")
                .isEqualTo(404);
    }

    @Test
    void theSameCallsWorkAtHome() {
        Team team = team();
        Browser browser = browserOf(team.owner());
        for (String name : List.of("POST /members/invitations/{id}/withdraw", "POST /tokens/{id}/revoke")) {
            Route route = routes.stream()
                    .filter(each -> each.name().equals(name))
                    .findFirst()
                    .orElseThrow();
            String id =
                    java.util.Objects.requireNonNull(route.example().foreign()).apply(new Objects(this, team));
            assertThat(call(browser, route, id).status()).as("%s at home", name).isEqualTo(302);
        }
    }

    @Test
    void noInputBreaksARoute() {
        Team team = team();
        List<String> nasty = List.of(
                "",
                "\u0000",
                "%",
                "'\"<script>",
                "🦉".repeat(50),
                "9".repeat(40),
                "../../etc/passwd",
                "x".repeat(500),
                "1-1-1-1-1");
        Browser browser = browserOf(team.owner());
        String token = token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
        List<String> broken = new ArrayList<>();
        for (Route route : routes) {
            for (String text : nasty) {
                Answer answer;
                if (route.isMachines()) {
                    answer = browser()
                            .send(
                                    route.method(),
                                    route.path(UNKNOWN) + "?q=" + encode(text) + "&cursor=" + encode(text) + "&limit="
                                            + encode(text) + "&event=" + encode(text) + "&profile=" + encode(text),
                                    route.method().equals("GET")
                                            ? ""
                                            : "{\"name\":" + quoted(text) + ",\"timeZone\":" + quoted(text) + "}",
                                    "Authorization",
                                    "Bearer " + token,
                                    "Content-Type",
                                    "application/json");
                } else if (route.method().equals("GET")) {
                    String query = List.of(
                                    "q", "cursor", "kind", "actor", "next", "code", "saved", "event", "who", "open")
                            .stream()
                            .map(name -> name + "=" + encode(text))
                            .collect(Collectors.joining("&"));
                    answer = browser.get(route.path(UNKNOWN) + "?" + query);
                } else {
                    Map<String, String> fields = new TreeMap<>();
                    route.example().fields().keySet().forEach(name -> fields.put(name, text));
                    answer = browser.post(route.path(UNKNOWN), fields);
                }
                if (answer.status() >= 500) {
                    broken.add(route.name() + " with " + quoted(text.length() > 20 ? text.substring(0, 20) : text));
                }
                if (route.name().equals("POST /sign-out")) {
                    browser = browserOf(team.owner());
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    private String mine(Team team) {
        return token(team.workspace(), team.owner(), EnumSet.allOf(Permission.class), null);
    }

    private List<Route> guarded() {
        return routes.stream().filter(route -> !route.isOpen()).toList();
    }

    private static Answer call(Browser browser, Route route, String id, String... headers) {
        if (route.method().equals("GET")) {
            return browser.get(route.path(id), headers);
        }
        if (!route.isMachines()) {
            return browser.post(route.path(id), route.example().fields(), headers);
        }
        String[] all = java.util.Arrays.copyOf(headers, headers.length + 2);
        all[headers.length] = "Content-Type";
        all[headers.length + 1] = "application/json";
        return browser.send(route.method(), route.path(id), route.example().json(), all);
    }

    private static void assertProblem(Route route, int status, Answer answer) {
        assertThat(answer.status()).as("%s: %s", route.name(), answer.body()).isEqualTo(status);
        assertThat(answer.header("Content-Type").orElse(""))
                .as(route.name())
                .startsWith(
                        route.pattern().startsWith("/scim/") ? "application/scim+json" : "application/problem+json");
    }

    private static String encode(String text) {
        return java.net.URLEncoder.encode(text, java.nio.charset.StandardCharsets.UTF_8);
    }

    private static String quoted(String text) {
        return tools.jackson.databind.json.JsonMapper.shared().writeValueAsString(text);
    }

    private static String ownerOf(Objects objects) {
        return objects.team().owner().id().toString();
    }

    private static String viewOf(Objects objects) {
        UUID owner = objects.team().owner().id();
        return CurrentWorkspace.call(objects.team().workspace(), () -> {
            objects.test().views.save("events", owner, "Theirs", "event=Paid", true);
            return objects.test().views.list("events", owner).get(0).id().toString();
        });
    }

    private static String insightOf(Objects objects) {
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> objects.test()
                        .insights
                        .save(
                                InsightKind.TREND,
                                "Theirs",
                                "",
                                QUESTION,
                                objects.team().owner().id())
                        .toString());
    }

    private static String annotationOf(Objects objects) {
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> objects.test()
                        .annotations
                        .add(java.time.LocalDate.EPOCH, "Theirs")
                        .toString());
    }

    private static String queryOf(Objects objects) {
        UUID owner = objects.team().owner().id();
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> objects.test()
                        .queries
                        .create(owner, UUID.randomUUID().toString(), "select 1")
                        .toString());
    }

    private static String sessionOf(Objects objects) {
        String page = objects.test()
                .browserOf(objects.team().owner())
                .get("/account/sessions")
                .body();
        Matcher handle = Pattern.compile("<tr data-session=\"([^\"]+)\"").matcher(page);
        assertThat(handle.find()).isTrue();
        return handle.group(1);
    }

    private static String groupOf(Objects objects) {
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> objects.test()
                        .groups
                        .create(new GroupDraft(UUID.randomUUID().toString(), null, Set.of()), OWNERS)
                        .id()
                        .toString());
    }

    private static String roleOf(Objects objects) {
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> objects.test()
                        .roles
                        .create(new RoleSettings(UUID.randomUUID().toString(), ""), Preset.VIEWER, Set.of(), OWNERS)
                        .key());
    }

    private static String invitationOf(Objects objects) {
        return CurrentWorkspace.call(objects.team().workspace(), () -> {
            Invitations all = objects.test().invitations;
            all.invite("guest@example.com", Role.VIEWER, objects.team().owner().id(), OWNERS);
            return all.list().get(0).id().toString();
        });
    }

    private static String personOf(Objects objects) {
        String[] id = {""};
        objects.test().send(objects.team());
        org.awaitility.Awaitility.await()
                .until(() -> CurrentWorkspace.call(
                        objects.team().workspace(),
                        () -> objects.test()
                                .profiles
                                .lookup("u1", true)
                                .map(person -> id[0] = person.toString())
                                .isPresent()));
        return id[0];
    }

    private void send(Team team) {
        String key = CurrentWorkspace.call(
                team.workspace(),
                () -> sources.create("Shop", EventSources.Kind.WEB, null).writeKey());
        Answer answer = browser()
                .send(
                        "POST",
                        "/v1/track",
                        "{\"userId\":\"u1\",\"event\":\"Viewed\"}",
                        "Authorization",
                        "Bearer " + key,
                        "Content-Type",
                        "application/json");
        assertThat(answer.status()).isEqualTo(200);
    }

    private static String importOf(Objects objects) {
        return CurrentWorkspace.call(objects.team().workspace(), () -> upload(objects))
                .toString();
    }

    private static String linkOf(Objects objects) {
        return CurrentWorkspace.call(
                        objects.team().workspace(),
                        () -> objects.test().links.add("orders", "http://127.0.0.1:9/orders.csv"))
                .toString();
    }

    private static String jobOf(Objects objects) {
        return CurrentWorkspace.call(objects.team().workspace(), () -> {
                    Imports imports = objects.test().imports;
                    ImportId id = upload(objects);
                    return imports.run(id, imports.require(id).mapping(), null);
                })
                .toString();
    }

    private static String scheduleOf(Objects objects) {
        RouteMatrixTest test = objects.test();
        Team team = objects.team();
        Access access =
                test.members.access(team.owner().id(), null, team.workspace()).orElseThrow();
        return CurrentWorkspace.call(
                team.workspace(),
                () -> test.schedules
                        .create("export", "People", Timetable.of("daily", "1", "08:00", "UTC"), Map.of(), access)
                        .toString());
    }

    private static String exportOf(Objects objects) {
        RouteMatrixTest test = objects.test();
        Team team = objects.team();
        Access access =
                test.members.access(team.owner().id(), null, team.workspace()).orElseThrow();
        var wish = new StartExport("jobs", ListQuery.of(""), ExportFormat.CSV, List.of(), null);
        // Several routes ask for one, and a member has a few under way at most.
        return CurrentWorkspace.call(
                team.workspace(),
                () -> test.transactions
                        .execute(status -> test.jdbc
                                .sql("select job_id from core.export limit 1")
                                .query(UUID.class)
                                .optional())
                        .map(UUID::toString)
                        .orElseGet(() -> test.exports.start(wish, access).toString()));
    }

    private static ImportId upload(Objects objects) {
        try {
            byte[] csv = "user_id,event\nu1,Viewed\n".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            return objects.test().imports.upload("orders.csv", new java.io.ByteArrayInputStream(csv));
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String sourceOf(Objects objects) {
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> objects.test()
                        .sources
                        .create("Theirs", EventSources.Kind.WEB, null)
                        .id()
                        .toString());
    }

    /** An event with a time nobody can read waits in quarantine. */
    private static String quarantinedOf(Objects objects) {
        return CurrentWorkspace.call(objects.team().workspace(), () -> {
            String key = objects.test()
                    .sources
                    .create("Odd", EventSources.Kind.WEB, null)
                    .writeKey();
            Answer answer = objects.test()
                    .browser()
                    .send(
                            "POST",
                            "/v1/track",
                            "{\"userId\":\"u1\",\"event\":\"Odd\",\"timestamp\":\"yesterday\",\"writeKey\":\"" + key
                                    + "\"}",
                            "Content-Type",
                            "application/json");
            assertThat(answer.body()).contains("\"quarantined\":1");
            return objects.test()
                    .quarantine
                    .page(null, null, 1)
                    .data()
                    .get(0)
                    .id()
                    .toString();
        });
    }

    private static String endpointOf(Objects objects) {
        return CurrentWorkspace.call(objects.team().workspace(), () -> endpoint(objects))
                .toString();
    }

    private static String deliveryOf(Objects objects) {
        return CurrentWorkspace.call(
                        objects.team().workspace(),
                        () -> objects.test().webhooks.ping(endpoint(objects)))
                .toString();
    }

    private static EndpointId endpoint(Objects objects) {
        return objects.test()
                .webhooks
                .create(new EndpointSettings("http://127.0.0.1:9/hook", "", List.of("import.finished"), false, null))
                .id();
    }

    private static String notificationOf(Objects objects) {
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> java.util.Objects.requireNonNull(objects.test()
                        .transactions
                        .execute(status -> {
                            UUID member = objects.team().owner().id();
                            objects.test()
                                    .notifications
                                    .tell(
                                            new Notice("role.changed", "role", List.of("a", "b"), "/roles"),
                                            Audience.member(member, Reason.CONCERNED));
                            return objects.test()
                                    .inbox
                                    .page(member, Inbox.Tab.ALL, null, null, 1)
                                    .data()
                                    .get(0)
                                    .id()
                                    .toString();
                        })));
    }

    private static String robotOf(Objects objects) {
        var settings = new RobotSettings("Theirs", Platform.SLACK, List.of(), false, null);
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> objects.test()
                        .robots
                        .create(settings, "http://127.0.0.1:9/services/x", "")
                        .toString());
    }

    private static String freezeOf(Objects objects) {
        return CurrentWorkspace.call(
                objects.team().workspace(),
                () -> objects.test()
                        .freezes
                        .freeze(new Freezes.Scope("mail", null), "Theirs")
                        .toString());
    }

    private static String tokenOf(Objects objects) {
        return CurrentWorkspace.call(objects.team().workspace(), () -> {
            ApiTokens all = objects.test().tokens;
            all.create(
                    objects.team().owner().id(),
                    EnumSet.allOf(Permission.class),
                    "Theirs",
                    EnumSet.of(Permission.EVENT_READ),
                    null);
            return all.list().get(0).id().toString();
        });
    }

    /** A workspace in which an object is made, and the services to make it with. */
    private record Objects(RouteMatrixTest test, Team team) {}

    private record Case(
            Map<String, String> fields,
            String json,
            @Nullable Function<Objects, String> foreign) {

        private static final Case NOTHING = new Case(Map.of(), "", null);

        static Case form(Map<String, String> fields) {
            return new Case(fields, "", null);
        }

        static Case open(Map<String, String> fields) {
            return new Case(fields, "", null);
        }

        static Case json(String json) {
            return new Case(Map.of(), json, null);
        }

        static Case object(String json, Function<Objects, String> foreign) {
            return new Case(Map.of(), json, foreign);
        }

        static Case object(Map<String, String> fields, Function<Objects, String> foreign) {
            return new Case(fields, "", foreign);
        }
    }

    private record Route(String method, String pattern, HandlerMethod handler) {

        String name() {
            return method + " " + pattern;
        }

        Case example() {
            return CASES.getOrDefault(name(), Case.NOTHING);
        }

        boolean isOpen() {
            return handler.hasMethodAnnotation(Open.class);
        }

        boolean isApi() {
            return pattern.startsWith("/api/") || pattern.startsWith("/scim/");
        }

        boolean isMachines() {
            return isApi() || pattern.startsWith("/v1/") || name().equals("POST /u/{code}");
        }

        Permission permission() {
            return java.util.Objects.requireNonNull(handler.getMethodAnnotation(Requires.class))
                    .value();
        }

        /** The pattern with its variables filled in; a variable that lists its values takes the first. */
        String path(String id) {
            return pattern.replaceAll("\\{\\w+:(\\w+)[^}]*}", "$1").replaceAll("\\{\\w+}", id);
        }
    }
}
