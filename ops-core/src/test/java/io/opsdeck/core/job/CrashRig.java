package io.opsdeck.core.job;

import io.opsdeck.core.export.ExportColumn;
import io.opsdeck.core.export.ExportFormat;
import io.opsdeck.core.export.ExportRows;
import io.opsdeck.core.export.ExportSource;
import io.opsdeck.core.export.Exports;
import io.opsdeck.core.export.StartExport;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.testing.CoreApplication;
import io.opsdeck.core.testing.TestWorkspaces;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * A process of its own that works at jobs until it is killed: {@code test.halt} ends the process, {@code test.fine} does
 * not, and a list stops in the middle as long as a file is there.
 */
final class CrashRig {

    /** What the process ends with when a job ends it. */
    static final int HALTED = 86;

    private CrashRig() {}

    /** @param arguments "start" to make a workspace and the jobs first, then properties of the application */
    public static void main(String[] arguments) {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(CoreApplication.class, Work.class)
                .web(WebApplicationType.NONE)
                .properties("spring.config.import=classpath:opsdeck-core.properties")
                .run(arguments);
        if (arguments[0].equals("start")) {
            begin(context);
        }
    }

    private static void begin(ConfigurableApplicationContext context) {
        TransactionTemplate transactions = context.getBean(TransactionTemplate.class);
        Members members = context.getBean(Members.class);
        Jobs jobs = context.getBean(Jobs.class);
        WorkspaceId workspace =
                TestWorkspaces.create(context.getBean(JdbcClient.class), transactions, context.getBean(Ids.class));
        UUID member = CurrentWorkspace.call(
                workspace,
                () -> transactions.execute(status -> {
                    UUID id = members.register("owner@example.com", "Lin", "seven quiet herons");
                    members.join(id, Role.OWNER);
                    return id;
                }));
        Access access = members.access(member, null, workspace).orElseThrow();
        CurrentWorkspace.call(
                workspace,
                () -> context.getBean(Exports.class)
                        .start(
                                new StartExport("numbers", ListQuery.of(""), ExportFormat.CSV, List.of(), null),
                                access));
        CurrentWorkspace.run(
                workspace,
                () -> transactions.executeWithoutResult(status -> {
                    jobs.start("test.fine", "fine", Map.of());
                    jobs.start("test.halt", "halt", Map.of());
                }));
    }

    static class Work {

        @Bean
        JobHandler halt() {
            return handler("test.halt", () -> Runtime.getRuntime().halt(HALTED));
        }

        @Bean
        JobHandler fine() {
            return handler("test.fine", () -> {});
        }

        @Bean
        ExportSource numbers() {
            return new Numbers(Path.of(System.getProperty("rig.gate")));
        }

        private static JobHandler handler(String kind, Runnable work) {
            return new JobHandler() {
                @Override
                public String kind() {
                    return kind;
                }

                @Override
                public Object run(JobRun run) {
                    work.run();
                    return Map.of();
                }
            };
        }
    }

    /** Writes that it is in the middle beside its gate, and waits there as long as the gate is. */
    private record Numbers(Path gate) implements ExportSource {

        private static final int ROWS = 200_000;

        @Override
        public String key() {
            return "numbers";
        }

        @Override
        public Permission permission() {
            return Permission.PROFILE_READ;
        }

        @Override
        public List<ExportColumn> columns() {
            return List.of(new ExportColumn("number", "number"));
        }

        @Override
        public OptionalLong count(ListQuery query, Access access) {
            return OptionalLong.of(ROWS);
        }

        @Override
        public void read(ListQuery query, Access access, ExportRows rows) {
            for (int i = 0; i < ROWS; i++) {
                if (i == ROWS / 2) {
                    pause();
                }
                if (!rows.add(List.of(i))) {
                    return;
                }
            }
        }

        private void pause() {
            try {
                if (Files.exists(gate)) {
                    Files.writeString(gate.resolveSibling("halfway"), "");
                }
                while (Files.exists(gate)) {
                    Thread.sleep(50);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
