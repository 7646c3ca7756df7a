package io.opsdeck.core.system;

import io.opsdeck.core.command.Command;
import io.opsdeck.core.command.CommandLine;
import io.opsdeck.core.database.VisitedDatabase;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Clock;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** {@code check-invariants}: looks whether everything that must hold does, without changing anything. */
class CheckInvariantsCommand implements Command {

    @Override
    public String name() {
        return "check-invariants";
    }

    @Override
    public String options() {
        return "";
    }

    @Override
    public String purpose() {
        return "Says of everything that must hold in the database whether it does, and changes nothing.";
    }

    @Override
    public boolean run(CommandLine line, Environment settings, PrintStream out) throws IOException {
        try (var database = VisitedDatabase.open(settings)) {
            var address = database.address();
            var connection = new SingleConnectionDataSource(address.url(), address.user(), address.password(), true);
            try {
                return look(connection, out);
            } finally {
                connection.destroy();
            }
        }
    }

    private static boolean look(SingleConnectionDataSource connection, PrintStream out) {
        JdbcClient jdbc = JdbcClient.create(connection);
        jdbc.sql("set role opsdeck_system").update();
        var reading = new TransactionTemplate(new JdbcTransactionManager(connection));
        reading.setReadOnly(true);
        var look = new InvariantLook(jdbc, reading, Clock.systemUTC());
        boolean all = true;
        for (Invariant invariant : InvariantLook.known()) {
            InvariantResult result = look.at(invariant);
            out.println((result.holds() ? "holds  " : "BROKEN ") + result.key() + words(result));
            all &= result.holds();
        }
        return all;
    }

    private static String words(InvariantResult result) {
        if (result.holds()) {
            return "";
        }
        return result.failed()
                ? ": could not be looked at (" + result.sample() + ")"
                : ": " + result.violations() + " times, such as " + result.sample();
    }
}
