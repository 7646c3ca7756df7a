package io.opsdeck.core.audit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.audit.AuditFilter.AuditObject;
import io.opsdeck.core.audit.AuditTrail.AuditEntry;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(classes = CoreApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class AuditTrailTest {

    @Autowired
    AuditTrail audit;

    @Autowired
    JdbcClient jdbc;

    @Autowired
    TransactionTemplate transactions;

    @Autowired
    Ids ids;

    WorkspaceId workspace = new WorkspaceId(new UUID(0, 9));

    @BeforeEach
    void openWorkspace() {
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
    }

    /** Any filter finds, page by page, what a look at every entry finds. */
    @Test
    void filtersFindWhatALookAtEveryEntryFinds() {
        var random = new Random(42);
        List<Actor> actors = new ArrayList<>();
        actors.add(new Actor(Actor.Kind.SYSTEM, null, "Opsdeck", null, null));
        for (String name : List.of("Lin Yue", "Lin Tao", "Zhao")) {
            actors.add(new Actor(Actor.Kind.MEMBER, ids.next(), name, "r-" + name, "10.0.0." + actors.size()));
        }
        for (int i = 0; i < 25; i++) {
            actors.add(new Actor(Actor.Kind.TOKEN, ids.next(), "Import " + i, "r-" + i % 7, "::1"));
        }
        List<String> actions =
                List.of("member.invited", "member.removed", "role.changed", "sign_in.failed", "token.refused");
        for (int i = 0; i < 400; i++) {
            Actor actor = actors.get(random.nextInt(4) == 0 ? random.nextInt(actors.size()) : random.nextInt(4));
            String object = String.valueOf(random.nextInt(6));
            String type = random.nextBoolean() ? "member" : "token";
            String action = actions.get(random.nextInt(actions.size()));
            in(() -> Actor.call(
                    actor,
                    () -> transactions.execute(status -> {
                        audit.record(action, type, object, "Object " + object, Map.of(), Map.of());
                        return true;
                    })));
        }
        List<AuditEntry> all =
                in(() -> audit.page(AuditFilter.ALL, null, 1_000)).data();
        assertThat(all)
                .hasSize(400)
                .isSortedAccordingTo(Comparator.comparing(AuditEntry::at).reversed());
        for (int i = 0; i < 150; i++) {
            AuditFilter filter = new AuditFilter(
                    pick(random, "", "", "member", "member.invited", "sign_in", "no_such", "mem"),
                    pick(
                            random,
                            "",
                            "",
                            "lin",
                            "Import",
                            "opsdeck",
                            "zhao",
                            "nobody",
                            String.valueOf(actors.get(1).id())),
                    random.nextInt(3) == 0
                            ? new AuditObject(pick(random, "member", "token"), pick(random, "1", "2"))
                            : null,
                    random.nextInt(3) == 0 ? all.get(random.nextInt(400)).at() : null,
                    random.nextInt(3) == 0 ? all.get(random.nextInt(400)).at() : null,
                    pick(random, "", "", "r-Zhao", "10.0.0.1", "::1", "3"),
                    random.nextInt(4) == 0);
            assertThat(pages(filter))
                    .as(filter.toString())
                    .isEqualTo(all.stream().filter(meant(filter)).toList());
        }
    }

    @Test
    void actionsAndActorsAreThoseOfThisWorkspace() {
        assertThat(in(audit::actions)).isEmpty();
        assertThat(in(audit::actors)).isEmpty();
        in(() -> Actor.call(
                new Actor(Actor.Kind.MEMBER, ids.next(), "Lin", null, null),
                () -> transactions.execute(status -> {
                    audit.record("member.invited", "member", "1", "Zhao", Map.of(), Map.of());
                    audit.record("role.changed", "role", "viewer", "viewer", Map.of(), Map.of());
                    audit.record("member.invited", "member", "2", "Zhou", Map.of(), Map.of());
                    return true;
                })));
        assertThat(in(audit::actions)).containsExactly("member.invited", "role.changed");
        assertThat(in(audit::actors)).containsExactly("Lin");
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        assertThat(in(audit::actions)).isEmpty();
    }

    @Test
    void anObjectIsWrittenAsTypeAndId() {
        assertThat(AuditObject.of("lane:webhook/1:2")).isEqualTo(new AuditObject("lane", "webhook/1:2"));
        assertThat(AuditObject.of("role:viewer").toString()).isEqualTo("role:viewer");
        assertThatThrownBy(() -> AuditObject.of("viewer")).hasMessageStartingWith("invalid_value");
    }

    private static Predicate<AuditEntry> meant(AuditFilter filter) {
        AuditObject object = filter.object();
        Instant from = filter.from();
        Instant until = filter.until();
        return entry -> (filter.action().isEmpty()
                        || entry.action().equals(filter.action())
                        || entry.action().startsWith(filter.action() + "."))
                && (filter.actor().isEmpty()
                        || entry.actorName()
                                .toLowerCase(java.util.Locale.ROOT)
                                .contains(filter.actor().toLowerCase(java.util.Locale.ROOT))
                        || filter.actor().equals(String.valueOf(entry.actorId())))
                && (object == null || object.equals(new AuditObject(entry.objectType(), entry.objectId())))
                && (from == null || !entry.at().isBefore(from))
                && (until == null || entry.at().isBefore(until))
                && (filter.text().isEmpty()
                        || filter.text().equals(entry.requestId())
                        || filter.text().equals(entry.address())
                        || filter.text().equals(entry.objectId()))
                && (!filter.failed()
                        || entry.action().endsWith("failed")
                        || entry.action().endsWith("refused"));
    }

    private List<AuditEntry> pages(AuditFilter filter) {
        List<AuditEntry> found = new ArrayList<>();
        String cursor = null;
        do {
            String from = cursor;
            Page<AuditEntry> page = in(() -> audit.page(filter, from, 60));
            found.addAll(page.data());
            cursor = page.next();
        } while (cursor != null);
        return found;
    }

    private static String pick(Random random, String... among) {
        return among[random.nextInt(among.length)];
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
