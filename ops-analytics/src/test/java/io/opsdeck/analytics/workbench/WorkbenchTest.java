package io.opsdeck.analytics.workbench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.analytics.event.EventDictionary;
import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.analytics.store.ColumnStores;
import io.opsdeck.analytics.testing.AnalyticsTest;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.Workspaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class WorkbenchTest extends AnalyticsTest {

    @Autowired
    Workbench workbench;

    @Autowired
    ColumnStores stores;

    @Autowired
    Workspaces workspaces;

    @Autowired
    EventDictionary dictionary;

    @BeforeEach
    void aNewWorkspace() {
        openWorkspace();
    }

    @Test
    void countsAndSumsWhatCame() {
        fill();
        assertThat(rows("select event, count(*) n, sum(total) paid from events group by event order by event"))
                .containsExactly(row("Order Completed", 3L, 60.5), row("view", 2L, null));
        assertThat(rows("select count(distinct person) from events")).containsExactly(row(2L));
        assertThat(rows("select properties->>'$.total' from events where total > 30"))
                .containsExactly(row("40.5"));
        assertThat(rows("select strftime(time, '%Y-%m-%d %H:%M') from events where total > 30"))
                .containsExactly(row("2026-05-02 07:30"));
        assertThat(rows("select time from events where total > 30"))
                .as("in the zone of the workspace")
                .containsExactly(row("2026-05-02T07:30+08:00"));
        assertThat(rows("select typeof(person_id) from profiles order by 1")).hasSize(2);
        assertThat(rows("with t as (select person, min(time) f from events group by 1), u as (select person from t)"
                        + " select count(*) from t join u using (person)"))
                .containsExactly(row(2L));
        assertThat(rows("select \"Total (¥)\" from events where \"Total (¥)\" is not null -- in yuan\n;"))
                .containsExactly(row(7.0));
    }

    @Test
    void propertiesWithManyValuesAreColumnsToo() {
        var batch = new StringBuilder("{\"batch\":[");
        for (int i = 1; i <= 2_100; i++) {
            batch.append(i == 1 ? "" : ",")
                    .append("{\"type\":\"track\",\"event\":\"e\",\"userId\":\"u\",\"properties\":{\"cents\":" + i
                            + ",\"it's order\":\"o" + i + "\"}}");
        }
        send("import", batch.append("]}").toString());
        await("select count(*) from events", 2_100L);
        assertThat(rows("select sum(cents), count(distinct \"it's order\"), max(typeof(cents)) from events"))
                .containsExactly(row(2_100 * 2_101 / 2.0, 2_100L, "DOUBLE"));
        assertThat(run("select sum(cents) from events", Map.of(), false).rows())
                .containsExactly(row(2_100 * 2_101 / 2.0));
    }

    @Test
    void mergedPersonsAreOne() {
        send("track", "{\"event\":\"view\",\"anonymousId\":\"a\"}");
        send("track", "{\"event\":\"view\",\"userId\":\"u\"}");
        assertThat(await("select count(distinct person) from events", 2L)).isEqualTo(2L);
        send("identify", "{\"anonymousId\":\"a\",\"userId\":\"u\"}");
        assertThat(await("select count(distinct person) from events", 1L)).isEqualTo(1L);
        assertThat(rows("select count(*) from events join profiles using (person)"))
                .containsExactly(row(3L));
    }

    @Test
    void parametersAreValuesAndNeverText() {
        fill();
        String sql =
                "select count(*) from events where event = {{event}} and total >= {{ least }} and time > {{since}}";
        assertThat(CurrentWorkspace.call(workspace, () -> workbench.parameters(sql)))
                .containsExactly("event", "least", "since");
        assertThat(run(sql, Map.of("event", "Order Completed", "least", "10.5", "since", "2026-01-01"), true)
                        .rows())
                .containsExactly(row(1L));
        assertThat(run(sql, Map.of("event", "' or 1=1 --", "least", "0", "since", "2026-01-01"), true)
                        .rows())
                .containsExactly(row(0L));
        assertRefused(WorkbenchError.SQL_PARAMETER_MISSING, sql, Map.of("event", "x", "least", " "));
    }

    @Test
    void whoMayNotSeeContactDataHasNoColumnForIt() {
        send(
                "track",
                "{\"event\":\"buy\",\"userId\":\"u\",\"properties\":{\"email\":\"li.na@example.com\",\"note\":"
                        + "\"call 13812345678\",\"city\":\"上海\"}}");
        await("select count(*) from events", 1L);
        assertThat(CurrentWorkspace.call(workspace, () -> workbench.schema(true))
                        .get("events"))
                .extracting(SqlAnswer.Column::name)
                .containsExactly("time", "event", "person", "city", "email", "note", "properties");
        assertThat(CurrentWorkspace.call(workspace, () -> workbench.schema(false))
                        .get("events"))
                .extracting(SqlAnswer.Column::name)
                .containsExactly("time", "event", "person", "city");
        assertThat(run("select * exclude (time) from events", Map.of(), false)
                        .rows()
                        .toString())
                .contains("上海")
                .doesNotContain("example.com")
                .doesNotContain("138");
        assertThatThrownBy(() -> run("select properties from events", Map.of(), false))
                .isInstanceOf(OpsdeckException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "drop table delta",
                "select 1; select 2",
                "insert into name values (1, 'x')",
                "copy events to 'x.csv'",
                "attach 'x.db'",
                "set memory_limit = '8GB'",
                "pragma database_list",
                "explain select 1"
            })
    void onlyOneSelectRuns(String sql) {
        assertRefused(WorkbenchError.SQL_NOT_ONE_SELECT, sql, Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from delta",
                "select * from person",
                "select * from main.person",
                "select * from 'data.csv'",
                "select * from \"/etc/passwd\"",
                "select * from information_schema.tables",
                "select * from duckdb_tables",
                "select * from temp.events",
                "with person as (select * from person) select * from person",
                "select * from (with delta as (select 1) select * from delta), delta",
                "with events as (select 1) select * from events",
                "select (select count(*) from value)",
                "select 1 where exists (from alias)",
                "show tables",
                "summarize events",
                "describe person"
            })
    void onlyTheViewsAreThere(String sql) {
        assertRefused(WorkbenchError.SQL_TABLE_UNKNOWN, sql, Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "select * from read_csv('/etc/passwd')",
                "select * from read_text('/etc/passwd')",
                "select * from glob('/*')",
                "select * from query('select 1')",
                "select * from query_table('delta')",
                "select * from histogram('person', 'ordinal')",
                "select * from duckdb_settings()",
                "select * from pragma_table_info('person')",
                "select * from json_execute_serialized_sql('x')",
                "select current_setting('temp_directory')",
                "select getvariable('event_names')",
                "select list_transform([1], x -> sleep_ms(100000))",
                "select max(nextval('x')) over ()",
                "select main.lower('X')",
                "select * from events order by pg_sleep(10)"
            })
    void onlyKnownFunctionsRun(String sql) {
        assertRefused(WorkbenchError.SQL_FUNCTION_REFUSED, sql, Map.of());
    }

    @Test
    void ordinaryExpressionsRun() {
        assertThat(rows("select lower('A'), coalesce(null, 1), 7 % 2, 1 between 0 and 2, 'a' like 'b', [1, 2][1]"))
                .containsExactly(row("a", 1L, 1L, true, false, 1L));
        assertThat(rows("select x, sum(x) over (order by x) from range(3) t(x) qualify row_number() over () > 1"))
                .hasSize(2);
        assertThat(rows("select * from unnest([1, 2])")).hasSize(2);
    }

    @Test
    void mistakesAreNamedWithTheirPlace() {
        assertThatThrownBy(() -> run("select *\nfrm events", Map.of(), true))
                .isInstanceOfSatisfying(OpsdeckException.class, e -> {
                    assertThat(e.code()).isEqualTo(WorkbenchError.SQL_NOT_READABLE);
                    assertThat(e.arguments().toString()).contains("line 2").contains("syntax error");
                });
        assertThatThrownBy(() -> run("select evnt from events", Map.of(), true))
                .isInstanceOfSatisfying(OpsdeckException.class, e -> {
                    assertThat(e.code()).isEqualTo(WorkbenchError.SQL_FAILED);
                    assertThat(e.arguments().toString()).contains("evnt");
                });
        assertRefused(CoreError.REQUIRED, " ; ", Map.of());
        assertRefused(CoreError.TOO_LONG, "select '" + "x".repeat(Workbench.LONGEST) + "'", Map.of());
    }

    @Test
    void whatTakesTooLongOrTooMuchStopsAndTheNextRuns() {
        var hasty = new Workbench(stores, workspaces, dictionary, 1, "256MB");
        assertThatThrownBy(() -> CurrentWorkspace.call(
                        workspace,
                        () -> hasty.run(
                                "select count(*) from range(10000000) a(x), range(10000000) b(y) where (x * y) % 7 = 3",
                                Map.of(), 10, true)))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(WorkbenchError.SQL_TOO_SLOW));
        assertRefused(WorkbenchError.SQL_TOO_MUCH_MEMORY, "select list(x) from range(400000000) t(x)", Map.of());
        assertThat(rows("select 1")).containsExactly(row(1L));
    }

    @Test
    void longAnswersAreCutAndSaySo() {
        SqlAnswer cut = CurrentWorkspace.call(
                workspace, () -> workbench.run("select x from range(20) t(x) order by x desc", Map.of(), 5, true));
        assertThat(cut.more()).isTrue();
        assertThat(cut.rows()).hasSize(5).first().isEqualTo(row(19L));
        SqlAnswer whole =
                CurrentWorkspace.call(workspace, () -> workbench.run("select x from range(5) t(x)", Map.of(), 5, true));
        assertThat(whole.more()).isFalse();
        assertThat(whole.columns()).containsExactly(new SqlAnswer.Column("x", "BIGINT"));
    }

    private void fill() {
        send("track", "{\"event\":\"view\",\"userId\":\"u1\",\"timestamp\":\"2026-05-01T01:00:00Z\"}");
        send("track", "{\"event\":\"view\",\"userId\":\"u2\",\"properties\":{\"Total (¥)\":7}}");
        for (String total : List.of("10", "10.0", "40.5")) {
            send(
                    "track",
                    "{\"event\":\"Order Completed\",\"userId\":\"u1\",\"timestamp\":\"2026-05-01T23:30:00Z\","
                            + "\"properties\":{\"total\":" + total + ",\"total_text\":\"" + total + "x\"}}");
        }
        await("select count(*) from events", 5L);
    }

    /** Another test's open transaction may hold back the log for a moment. */
    private @Nullable Object await(String sql, Object expected) {
        long deadline = System.nanoTime() + 20_000_000_000L;
        Object seen = rows(sql).get(0).get(0);
        while (!expected.equals(seen) && System.nanoTime() < deadline) {
            seen = rows(sql).get(0).get(0);
        }
        return seen;
    }

    private void send(String kind, String body) {
        receive(TrackingCall.Kind.ofPath(kind).orElseThrow(), body);
    }

    private static List<@Nullable Object> row(@Nullable Object... values) {
        var row = new ArrayList<@Nullable Object>();
        for (Object value : values) {
            row.add(value);
        }
        return row;
    }

    private List<List<@Nullable Object>> rows(String sql) {
        return run(sql, Map.of(), true).rows();
    }

    private SqlAnswer run(String sql, Map<String, String> parameters, boolean contact) {
        return CurrentWorkspace.call(workspace, () -> workbench.run(sql, parameters, 1_000, contact));
    }

    private void assertRefused(ErrorCode code, String sql, Map<String, String> parameters) {
        assertThatThrownBy(() -> run(sql, parameters, true))
                .isInstanceOfSatisfying(
                        OpsdeckException.class,
                        e -> assertThat(e.code()).as(e.getMessage()).isEqualTo(code));
    }
}
