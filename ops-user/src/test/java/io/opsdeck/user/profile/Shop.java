package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.EventIntake;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.event.Receipt;
import io.opsdeck.analytics.event.TrackingCall;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/** A new workspace with a source, through which events come in as they do in production. */
final class Shop {

    final WorkspaceId workspace;
    private final String key;
    private final EventIntake intake;
    private final EventLog log;

    Shop(ApplicationContext beans) {
        intake = beans.getBean(EventIntake.class);
        log = beans.getBean(EventLog.class);
        workspace = new WorkspaceId(beans.getBean(Ids.class).next());
        CurrentWorkspace.run(
                workspace,
                () -> beans.getBean(TransactionTemplate.class)
                        .executeWithoutResult(status -> beans.getBean(JdbcClient.class)
                                .sql(
                                        "insert into core.workspace (id, name, time_zone, week_start, currency, locale,"
                                                + " created_at) values (?, 'W', 'Asia/Shanghai', 'MONDAY', 'CNY', 'zh-CN', now())")
                                .param(workspace.id())
                                .update()));
        key = within(() -> beans.getBean(EventSources.class)
                        .create("Shop", EventSources.Kind.WEB, LocalDate.of(1990, 1, 1)))
                .writeKey();
    }

    <T> T within(Supplier<T> work) {
        return CurrentWorkspace.call(workspace, work);
    }

    Receipt send(List<String> items) {
        String body = "{\"batch\":[" + String.join(",", items) + "]}";
        return intake.receive(new TrackingCall(
                TrackingCall.Kind.ofPath("batch").orElseThrow(),
                new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)),
                false,
                "Bearer " + key));
    }

    /** Says what an identify call says; {@code traits} is a JSON object with single quotes. */
    void identify(String user, String at, String traits) {
        send(List.of(("{'type':'identify','userId':'" + user + "','timestamp':'" + at + "','traits':" + traits + "}")
                .replace('\'', '"')));
    }

    PersonId person(String identifier) {
        return within(() -> log.findPerson(identifier)).orElseThrow();
    }
}
