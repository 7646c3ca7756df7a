package io.opsdeck.core.chain;

import io.opsdeck.core.chain.ChainWalk.Place;
import io.opsdeck.core.command.Command;
import io.opsdeck.core.command.CommandFailure;
import io.opsdeck.core.command.CommandLine;
import io.opsdeck.core.database.VisitedDatabase;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** {@code verify-audit}: walks along the audit chains of all workspaces, beside a running Opsdeck or without one. */
class VerifyAuditCommand implements Command {

    @Override
    public String name() {
        return "verify-audit";
    }

    @Override
    public String options() {
        return "[--known=<workspace>:<position>:<hash>,…]";
    }

    @Override
    public String purpose() {
        return "Says of each workspace whether its audit log is what it was; --known compares with heads that were noted.";
    }

    @Override
    public boolean run(CommandLine line, Environment settings, PrintStream out) throws IOException {
        Map<WorkspaceId, List<ChainHead>> known = known(line.option("known").orElse(""));
        try (var database = VisitedDatabase.open(settings)) {
            var address = database.address();
            var connection = new SingleConnectionDataSource(address.url(), address.user(), address.password(), true);
            try {
                return verify(connection, known, out);
            } finally {
                connection.destroy();
            }
        }
    }

    /** With the rights of the application, which sees one workspace at a time. */
    private static boolean verify(
            SingleConnectionDataSource connection, Map<WorkspaceId, List<ChainHead>> known, PrintStream out) {
        JdbcClient jdbc = JdbcClient.create(connection);
        var transactions = new TransactionTemplate(new JdbcTransactionManager(connection));
        var verifier = new ChainVerifier(jdbc, transactions, Clock.systemUTC());
        Map<WorkspaceId, String> workspaces = new HashMap<>();
        jdbc.sql("select id, name from core.workspace").query(row -> {
            workspaces.put(new WorkspaceId(row.getObject(1, UUID.class)), row.getString(2));
        });
        known.keySet().stream().filter(each -> !workspaces.containsKey(each)).forEach(gone -> {
            throw new CommandFailure("There is no workspace " + gone + ".");
        });
        jdbc.sql("set role opsdeck_app").update();
        boolean intact = true;
        for (Map.Entry<WorkspaceId, String> workspace : workspaces.entrySet()) {
            jdbc.sql("select set_config('opsdeck.workspace', ?, false)")
                    .param(workspace.getKey().toString())
                    .query(String.class)
                    .single();
            ChainCheck check =
                    verifier.verify(Place.START, known.getOrDefault(workspace.getKey(), List.of()), place -> {});
            out.println(workspace.getKey() + " " + workspace.getValue() + ": " + words(check, verifier.head()));
            intact &= check.intact();
        }
        return intact;
    }

    private static String words(ChainCheck check, ChainHead head) {
        ChainFault fault = check.fault();
        if (fault == null) {
            return "intact up to entry " + check.position() + " at " + check.at() + ", head " + head;
        }
        return "BROKEN, " + fault.kind() + " at entry " + fault.position()
                + (fault.entry() == null ? "" : " (" + fault.entry() + ")") + ", intact up to " + check.position();
    }

    private static Map<WorkspaceId, List<ChainHead>> known(String text) {
        Map<WorkspaceId, List<ChainHead>> known = new HashMap<>();
        for (String each : text.split(",")) {
            if (each.isBlank()) {
                continue;
            }
            int cut = each.indexOf(':');
            if (cut < 0) {
                throw new CommandFailure("\"" + each + "\" is no head: <workspace>:<position>:<hash>.");
            }
            known.computeIfAbsent(WorkspaceId.of(each.substring(0, cut).strip()), key -> new ArrayList<>())
                    .add(ChainHead.of(each.substring(cut + 1)));
        }
        return known;
    }
}
