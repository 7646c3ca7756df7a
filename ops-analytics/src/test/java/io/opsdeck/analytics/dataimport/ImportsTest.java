package io.opsdeck.analytics.dataimport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.opsdeck.analytics.dataimport.Imports.ImportErrorRow;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.testing.AnalyticsApplication;
import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.file.FileError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.JobState;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.job.Jobs.JobView;
import io.opsdeck.core.testing.TestDatabase;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.zip.GZIPOutputStream;
import org.awaitility.Awaitility;
import org.dhatim.fastexcel.Worksheet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.ContextConfiguration;
import org.springframework.test.context.TestPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(classes = AnalyticsApplication.class)
@ContextConfiguration(initializers = TestDatabase.Initializer.class)
@TestPropertySource(locations = "classpath:opsdeck-core.properties")
class ImportsTest {

    private static final String ORDERS = "{\"kind\":\"events\",\"event\":\"Order Completed\",\"groupBy\":\"basket_id\","
            + "\"columns\":{\"household_id\":\"userId\",\"basket_id\":\"properties.order_id:text\",\"product_id\":\"items.product_id:text\","
            + "\"sales_value\":[\"items.price:number\",\"sum.revenue\"],\"transaction_timestamp\":\"timestamp\"},"
            + "\"zone\":\"America/New_York\"}";

    @Autowired
    Imports imports;

    @Autowired
    Jobs jobs;

    @Autowired
    EventLog log;

    @Autowired
    EventSources sources;

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

    @Test
    void theLinesOfABasketBecomeOneOrder() {
        ImportId id = upload(
                "transactions.csv",
                "household_id,basket_id,product_id,sales_value,transaction_timestamp\n"
                        + "900,31,1001,1.10,2017-01-01 11:53:26\n"
                        + "901,32,1002,2.20,2017-01-01 12:00:00\n"
                        + "900,31,0077,9.0e-1,2017-01-01 11:53:26\n");
        var suggested = in(() -> imports.require(id)).mapping();
        assertThat(suggested.groupBy()).isEqualTo("basket_id");
        assertThat(suggested.event()).isEqualTo("Order Completed");
        assertThat(suggested.columns().get("household_id")).containsExactly(field("userId"));
        assertThat(suggested.columns().get("transaction_timestamp")).containsExactly(field("timestamp"));
        assertThat(suggested.columns().get("product_id")).containsExactly(field("items.product_id:text"));
        assertThat(suggested.columns().get("sales_value")).containsExactly(field("items.sales_value:number"));
        assertThat(run(id, ORDERS)).isEqualTo("{\"failed\": 0, \"created\": 2, \"skipped\": 0, \"updated\": 0}");
        LoggedEvent order = stored("Order Completed").stream()
                .filter(event -> "900".equals(event.userId()))
                .findFirst()
                .orElseThrow();
        assertThat(order.props())
                .isEqualTo(
                        "{\"revenue\": 2.00, \"order_id\": \"31\", \"products\":"
                                + " [{\"price\": 1.10, \"product_id\": \"1001\"}, {\"price\": 0.90, \"product_id\": \"0077\"}]}");
        assertThat(order.at()).isEqualTo("2017-01-01T16:53:26Z");
        assertThat(count("analytics.import_row")).isZero();
    }

    @Test
    void aGroupThatCannotBeTakenComesBackWhole() throws IOException {
        ImportId id = upload("o.csv", "order,user,n\n1,u1,1\n2,u2,1\n1,u9,1\n2,u2,2\n");
        String mapping = "{\"kind\":\"events\",\"event\":\"Order\",\"groupBy\":\"order\","
                + "\"columns\":{\"user\":\"userId\",\"n\":\"sum.n\"}}";
        JobId job = in(() -> imports.run(id, imports.mapping(id, mapping), null));
        assertThat(ended(job).result()).isEqualTo("{\"failed\": 2, \"created\": 1, \"skipped\": 0, \"updated\": 0}");
        assertThat(in(() -> imports.errors(job, 0, 100)))
                .extracting(ImportErrorRow::line, ImportErrorRow::value)
                .containsExactly(tuple(2L, "u9"), tuple(4L, "u9"));
        assertThat(stored("Order")).extracting(LoggedEvent::props).containsExactly("{\"n\": 3}");
    }

    @Test
    void theSameFileTwiceCreatesNothingAndEqualRowsOfOneFileAreTwoEvents() {
        String csv =
                "user;event;time;n\nu1;Viewed;2026-05-01T10:00:00;007\nu1;Viewed;2026-05-01T10:00:00;007\nu2;Viewed;2026-05-02;8\n";
        String mapping =
                "{\"kind\":\"events\",\"columns\":{\"user\":\"userId\",\"event\":\"event\",\"time\":\"timestamp\",\"n\":\"properties.n\"}}";
        assertThat(run(upload("a.csv", csv), mapping))
                .isEqualTo("{\"failed\": 0, \"created\": 3, \"skipped\": 0, \"updated\": 0}");
        assertThat(run(upload("b.csv", csv + "u3;Viewed;2026-05-02;8\n"), mapping))
                .isEqualTo("{\"failed\": 0, \"created\": 1, \"skipped\": 3, \"updated\": 0}");
        assertThat(stored("Viewed")).hasSize(4);
        assertThat(stored("Viewed")).extracting(LoggedEvent::props).contains("{\"n\": \"007\"}", "{\"n\": 8}");
        assertThat(in(() -> sources.list()))
                .singleElement()
                .satisfies(source -> assertThat(source.accepted()).isEqualTo(4));
    }

    @Test
    void webhooksAreToldThatAnImportFinished() {
        in(() -> transactions.execute(status -> jdbc.sql("""
                        insert into core.webhook_endpoint (id, workspace_id, url, description, types, personal, created_at)
                        values (gen_random_uuid(), core.current_workspace(), 'https://203.0.113.1/', '',
                          '{import.finished}', true, now())
                        """).update()));
        String mapping = "{\"kind\":\"events\",\"columns\":{\"user\":\"userId\",\"event\":\"event\"}}";
        ImportId id = upload("王小明.csv", "user,event\nu1,Viewed\n,Viewed\n");
        ended(in(() -> imports.rehearse(id, imports.mapping(id, mapping))));
        JobId job = in(() -> imports.run(id, imports.mapping(id, mapping), null));
        ended(job);
        List<String> told = in(() -> transactions.execute(status -> jdbc.sql("select thin from core.webhook_message")
                .query(String.class)
                .list()));
        assertThat(told)
                .singleElement()
                .asString()
                .endsWith("\"data\":{\"id\":\"" + id + "\",\"job\":\"" + job
                        + "\",\"kind\":\"events\",\"rows\":2,\"created\":1,\"updated\":0,\"skipped\":0,\"failed\":1}}");
    }

    @Test
    void theKeysOfAnImportOutliveTheUpkeep() {
        String csv = "user,event\nu1,Viewed\n";
        String mapping = "{\"kind\":\"events\",\"columns\":{\"user\":\"userId\",\"event\":\"event\"}}";
        run(upload("a.csv", csv), mapping);
        Long kept = CurrentWorkspace.callAsSystem(() ->
                transactions.execute(status -> jdbc.sql("select count(*) from analytics.seen where day = 'infinity'")
                        .query(Long.class)
                        .single()));
        assertThat(kept).isPositive();
    }

    @Test
    void badRowsAreReportedWithTheirReasonAndTheOthersImported() throws IOException {
        ImportId id = upload(
                "bad.csv",
                "user,amount,when,note\nu1,1.5,2026-05-01,a\n,2,2026-05-01,b\nu2,1.234,5,2026-05-01,c\nu3,zwölf,2026-05-01,d\nu4,4,yesterday,=cmd\nu5,5\n\"u6\",\"1,234.5\",2026-05-01,f\n");
        String mapping =
                "{\"kind\":\"events\",\"event\":\"Paid\",\"columns\":{\"user\":\"userId\",\"amount\":\"properties.amount:number\",\"when\":\"timestamp\"}}";
        JobId rehearsal = in(() -> imports.rehearse(id, imports.mapping(id, mapping)));
        assertThat(ended(rehearsal).result())
                .isEqualTo("{\"failed\": 5, \"created\": 2, \"skipped\": 0, \"updated\": 0}");
        assertThat(stored("Paid")).isEmpty();
        JobId job = in(() -> imports.run(id, imports.mapping(id, mapping), null));
        assertThat(ended(job).result()).isEqualTo("{\"failed\": 5, \"created\": 2, \"skipped\": 0, \"updated\": 0}");
        assertThat(in(() -> imports.errors(job, 0, 100)))
                .extracting(ImportErrorRow::line, ImportErrorRow::column, ImportErrorRow::value, ImportErrorRow::code)
                .containsExactly(
                        tuple(3L, "user", null, "no_identifier"),
                        tuple(4L, null, "5", "cells_too_many"),
                        tuple(5L, "amount", "zwölf", "not_a_number"),
                        tuple(6L, "when", "yesterday", "not_a_time"),
                        tuple(7L, null, "2", "cells_missing"));
        var out = new StringWriter();
        in(() -> {
            try {
                imports.writeErrors(job, out, (code, row) -> code);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return true;
        });
        assertThat(out.toString())
                .contains("u4,4,yesterday,'=cmd,6,when,not_a_time")
                .startsWith("user,amount,when,note,_line");
        assertThatThrownBy(() -> in(() -> imports.run(id, imports.mapping(id, mapping), null)))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(ImportError.IMPORT_DONE));
    }

    @Test
    void profilesAreCreatedThenUpdated() throws IOException {
        String mapping =
                "{\"kind\":\"profiles\",\"columns\":{\"会员号\":\"userId\",\"姓名\":\"traits.name\",\"年龄\":\"traits.age:number\"}}";
        byte[] gb = "会员号,姓名,年龄\nm1,王小明,31\nm2,李雷,28\nm1,王小明,32\n".getBytes(Charset.forName("GB18030"));
        var zipped = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(zipped)) {
            gzip.write(gb);
        }
        ImportId id = upload("members.csv.gz", zipped.toByteArray());
        var view = in(() -> imports.require(id));
        assertThat(view.charset()).isEqualTo("GB18030");
        assertThat(view.mapping().kind()).isEqualTo(ImportMapping.Kind.PROFILES);
        assertThat(view.mapping().columns().get("会员号")).containsExactly(field("userId"));
        assertThat(view.rows()).isEqualTo(3);
        JobId rehearsal = in(() -> imports.rehearse(id, imports.mapping(id, mapping)));
        assertThat(ended(rehearsal).result())
                .isEqualTo("{\"failed\": 0, \"created\": 2, \"skipped\": 0, \"updated\": 1}");
        assertThat(run(id, mapping)).isEqualTo("{\"failed\": 0, \"created\": 2, \"skipped\": 0, \"updated\": 1}");
        assertThat(stored("$identify")).extracting(LoggedEvent::props).contains("{\"age\": 28, \"name\": \"李雷\"}");
        ImportId again = upload("members2.csv", gb);
        assertThat(in(() -> imports.require(again)).mapping().columns().get("年龄"))
                .containsExactly(field("traits.age:number"));
    }

    @Test
    void anImportThatStopsAtAnyPointGoesOnAndReportsWhatItDid() {
        var csv = new StringBuilder("user,event,n\n");
        for (int i = 0; i < 1_800; i++) {
            csv.append(i % 100 == 7 ? "" : "u" + i % 50)
                    .append(",Clicked,")
                    .append(i / 3)
                    .append('\n');
        }
        String plain =
                "{\"kind\":\"events\",\"columns\":{\"user\":\"userId\",\"event\":\"event\",\"n\":\"properties.n\"}}";
        for (String mapping : List.of(
                plain,
                plain.replace("\"user\"", "\"user\":\"items.user\",\"event\"")
                        .replace("\"event\":\"userId\"", "\"n\":[\"userId\",\"properties.n\"]")
                        .replace(",\"n\":\"properties.n\"", "")
                        .replace("\"kind\"", "\"groupBy\":\"n\",\"kind\""))) {
            workspace = TestWorkspaces.create(jdbc, transactions, ids);
            String whole = run(upload("a.csv", csv.toString()), mapping);
            long stored = stored("Clicked").size();
            assertThat(whole).contains("\"created\": " + stored).doesNotContain("\"created\": 0");
            workspace = TestWorkspaces.create(jdbc, transactions, ids);
            assertThat(runWithStops(upload("a.csv", csv.toString()), mapping)).isEqualTo(whole);
            assertThat(stored("Clicked")).hasSize((int) stored);
            workspace = TestWorkspaces.create(jdbc, transactions, ids);
            assertThat(runWithStops(upload("a.xlsx", workbook(csv.toString())), mapping))
                    .isEqualTo(whole);
            assertThat(stored("Clicked")).hasSize((int) stored);
        }
    }

    @Test
    void aSheetOfAWorkbookIsImportedLikeText() {
        String mapping =
                "{\"kind\":\"events\",\"event\":\"Paid\",\"timeFormat\":\"dd.MM.yyyy\",\"zone\":\"Asia/Shanghai\","
                        + "\"columns\":{\"user\":\"userId\",\"when\":\"timestamp\",\"amount\":\"properties.amount\"}}";
        ImportId id = upload("book.xlsx", book());
        assertThat(in(() -> imports.require(id)))
                .satisfies(view -> assertThat(view.sheets()).containsExactly("notes", "orders"))
                .satisfies(view -> assertThat(view.header()).containsExactly("note"))
                .satisfies(view -> assertThat(view.charset()).isNull());
        in(() -> {
            imports.choose(id, "orders");
            return true;
        });
        var view = in(() -> imports.require(id));
        assertThat(view.header()).containsExactly("user", "when", "amount");
        assertThat(view.rows()).isEqualTo(4);
        JobId job = in(() -> imports.run(id, imports.mapping(id, mapping), null));
        assertThat(ended(job).result()).isEqualTo("{\"failed\": 2, \"created\": 2, \"skipped\": 0, \"updated\": 0}");
        assertThat(stored("Paid"))
                .extracting(LoggedEvent::userId, event -> event.at().toString(), LoggedEvent::props)
                .containsExactlyInAnyOrder(
                        tuple("13800138000", "2026-05-01T02:30:00Z", "{\"amount\": 19.9}"),
                        tuple("12345678901234567", "2026-04-30T16:00:00Z", "{\"amount\": 5}"));
        assertThat(in(() -> imports.errors(job, 0, 100)))
                .extracting(ImportErrorRow::line, ImportErrorRow::column, ImportErrorRow::value, ImportErrorRow::code)
                .containsExactly(
                        tuple(4L, "amount", "#N/A", "spreadsheet_error"), tuple(5L, null, "4", "cells_too_many"));
        assertRefused(
                ImportError.SHEET_UNKNOWN,
                () -> in(() -> {
                    imports.choose(upload("again.xlsx", book()), "prices");
                    return true;
                }));
        assertRefused(
                ImportError.IMPORT_DONE,
                () -> in(() -> {
                    imports.choose(id, "notes");
                    return true;
                }));
        assertRefused(
                ImportError.SHEET_UNKNOWN,
                () -> in(() -> {
                    imports.choose(upload("a.csv", "user,event\nu,e\n"), "orders");
                    return true;
                }));
    }

    private static byte[] book() {
        return workbook(book -> {
            Worksheet notes = book.newWorksheet("notes");
            notes.value(0, 0, "note");
            notes.value(1, 0, "orders are on the other sheet");
            Worksheet orders = book.newWorksheet("orders");
            List.of("user", "when", "amount")
                    .forEach(name ->
                            orders.value(0, List.of("user", "when", "amount").indexOf(name), name));
            orders.value(1, 0, 13_800_138_000L);
            orders.value(1, 1, LocalDateTime.of(2026, 5, 1, 10, 30));
            orders.style(1, 1).format("yyyy-mm-dd h:mm").set();
            orders.value(1, 2, 19.90);
            orders.value(2, 0, 12_345_678_901_234_567L);
            orders.value(2, 1, "01.05.2026");
            orders.value(2, 2, 5);
            orders.value(3, 0, "u3");
            orders.value(3, 2, "#N/A");
            orders.value(4, 0, "u4");
            orders.value(4, 3, "beside the table");
        });
    }

    private static byte[] workbook(String csv) {
        return workbook(book -> {
            Worksheet sheet = book.newWorksheet("one");
            String[] lines = csv.split("\n");
            for (int line = 0; line < lines.length; line++) {
                String[] cells = lines[line].split(",");
                for (int cell = 0; cell < cells.length; cell++) {
                    sheet.value(line, cell, cells[cell].isEmpty() ? null : cells[cell]);
                }
            }
        });
    }

    private static byte[] workbook(Consumer<org.dhatim.fastexcel.Workbook> content) {
        var out = new ByteArrayOutputStream();
        try (var book = new org.dhatim.fastexcel.Workbook(out, "Test", "1.0")) {
            content.accept(book);
            book.finish();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /**
     * Stops the job at each checkpoint, where it has saved what it is about to store and not stored it; every other
     * time it also goes back to the checkpoint before, whose piece is stored already.
     */
    private String runWithStops(ImportId id, String mapping) {
        JobId job = in(() -> transactions.execute(status -> {
            JobId started = imports.run(id, imports.mapping(id, mapping), null);
            stopAtNextCheckpoint(started);
            return started;
        }));
        String before = null;
        for (int stops = 0; stops < 50; stops++) {
            awaitEnd(job);
            JobView ended = in(() -> jobs.require(job));
            if (ended.state() == JobState.SUCCEEDED) {
                assertThat(stops).isGreaterThan(6);
                return Objects.requireNonNull(ended.result());
            }
            assertThat(ended.state()).isEqualTo(JobState.CANCELLED);
            String cursor = in(() -> transactions.execute(status -> jdbc.sql("select cursor from core.job where id = ?")
                    .param(job.id())
                    .query(String.class)
                    .single()));
            String back = stops % 2 == 1 && before != null ? before : cursor;
            in(() -> transactions.execute(status -> {
                jobs.retry(job);
                stopAtNextCheckpoint(job);
                return jdbc.sql("update core.job set cursor = ? where id = ?")
                        .params(back, job.id())
                        .update();
            }));
            before = back;
        }
        throw new AssertionError("it does not end");
    }

    private int stopAtNextCheckpoint(JobId job) {
        return jdbc.sql("update core.job set cancel_requested = true where id = ?")
                .param(job.id())
                .update();
    }

    @Test
    void aFileOrAMappingThatCannotBeUsedIsRefusedWithItsPlace() {
        assertRefused(ImportError.FILE_WITHOUT_ROWS, () -> upload("a.csv", "user,event\n"));
        assertRefused(FileError.FILE_EMPTY, () -> upload("a.csv", ""));
        assertRefused(ImportError.FILE_NOT_READABLE, () -> upload("a.csv.gz", new byte[] {0x1F, (byte) 0x8B, 1, 2, 3}));
        assertRefused(ImportError.TOO_MANY_COLUMNS, () -> upload("a.csv", "a,".repeat(250) + "\n1\n"));
        ImportId id = upload("a.csv", "user,event,n\nu,e,1\n");
        assertRefused(ImportError.MAPPING_NOT_READABLE, () -> mapping(id, "{\"kind\":"));
        assertRefused(ImportError.MAPPING_NOT_READABLE, () -> mapping(id, "{\"kind\":\"things\",\"columns\":{}}"));
        assertRefused(ImportError.COLUMN_UNKNOWN, () -> mapping(id, columns("\"x\":\"userId\"")));
        assertRefused(ImportError.FIELD_UNKNOWN, () -> mapping(id, columns("\"user\":\"passport\"")));
        assertRefused(ImportError.FIELD_UNKNOWN, () -> mapping(id, columns("\"user\":7")));
        assertRefused(ImportError.FIELD_TWICE, () -> mapping(id, columns("\"user\":\"userId\",\"n\":\"userId\"")));
        assertRefused(
                ImportError.FIELD_NEEDS_GROUP, () -> mapping(id, columns("\"user\":\"userId\",\"n\":\"sum.total\"")));
        assertRefused(ImportError.MAPPING_WITHOUT_PERSON, () -> mapping(id, columns("\"event\":\"event\"")));
        assertRefused(ImportError.MAPPING_WITHOUT_EVENT, () -> mapping(id, columns("\"user\":\"userId\"")));
        assertThatThrownBy(() -> mapping(id, columns("\"x\":\"userId\"")))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.pointer()).contains("/mapping/columns/x"));
        workspace = TestWorkspaces.create(jdbc, transactions, ids);
        assertRefused(ImportError.IMPORT_NOT_FOUND, () -> in(() -> imports.require(id)));
    }

    @Test
    void oddFilesAreReadAsTheirUsersMeanThem() {
        ImportId id = upload(
                "odd.csv",
                ("\uFEFFuser\tuser\t\t事件\r\n\"a\"\"b\"\tx\ty\t点击\r\n\r\nc\t\"line\none\"\t\u0000\t点击\r\n")
                        .getBytes(StandardCharsets.UTF_8));
        var view = in(() -> imports.require(id));
        assertThat(view.header()).containsExactly("user", "user 2", "3", "事件");
        assertThat(view.rows()).isEqualTo(2);
        assertThat(
                        run(
                                id,
                                "{\"kind\":\"events\",\"columns\":{\"user\":\"userId\",\"user 2\":\"properties.a\",\"3\":\"properties.b\",\"事件\":\"event\"}}"))
                .contains("\"created\": 2");
        assertThat(stored("点击")).extracting(LoggedEvent::userId).containsExactlyInAnyOrder("a\"b", "c");
        ImportId utf16 = upload("u.csv", "\uFEFFuser,event\nu,é\n".getBytes(StandardCharsets.UTF_16LE));
        assertThat(in(() -> imports.require(utf16)).sample()).containsExactly(List.of("u", "é"));
    }

    private static String columns(String columns) {
        return "{\"kind\":\"events\",\"columns\":{" + columns + "}}";
    }

    private Object mapping(ImportId id, String text) {
        return in(() -> imports.mapping(id, text));
    }

    private static void assertRefused(ErrorCode code, Supplier<?> work) {
        assertThatThrownBy(work::get)
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static ImportField field(String text) {
        return ImportField.of(text).orElseThrow();
    }

    private ImportId upload(String name, String csv) {
        return upload(name, csv.getBytes(StandardCharsets.UTF_8));
    }

    private ImportId upload(String name, byte[] bytes) {
        return in(() -> {
            try {
                return imports.upload(name, new ByteArrayInputStream(bytes));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private String run(ImportId id, String mapping) {
        JobId job = in(() -> imports.run(id, imports.mapping(id, mapping), null));
        return Objects.requireNonNull(ended(job).result());
    }

    private JobView ended(JobId job) {
        awaitEnd(job);
        JobView ended = in(() -> jobs.require(job));
        assertThat(ended.state()).as(String.valueOf(ended.errorDetail())).isEqualTo(JobState.SUCCEEDED);
        return ended;
    }

    private void awaitEnd(JobId job) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .until(() -> !in(() -> jobs.require(job)).state().isOpen());
    }

    private List<LoggedEvent> stored(String name) {
        return in(() -> log.newest(name, null, null, 10_000)).data();
    }

    private long count(String table) {
        return Objects.requireNonNull(in(() -> transactions.execute(status ->
                jdbc.sql("select count(*) from " + table).query(Long.class).single())));
    }

    private <T> T in(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }
}
