package io.opsdeck.core.command;

import java.io.PrintStream;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.apache.commons.logging.LogFactory;
import org.springframework.boot.Banner;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;

/** Runs the command that the arguments of the process begin with. */
public final class Commands {

    private static final int WELL = 0;
    private static final int FAILED = 1;
    private static final int CALLED_WRONGLY = 2;

    private Commands() {}

    /** The context of a command has no beans; it is there for the settings and the logs. */
    private static final class Nothing {}

    /** Whether the arguments name a command; otherwise they are options of the application. */
    public static boolean begin(String[] arguments) {
        return arguments.length > 0
                && (!arguments[0].startsWith("-")
                        || arguments[0].startsWith("--")
                                && find(arguments[0].substring(2)).isPresent());
    }

    /** @return what the process ends with: 0 well, 1 not, 2 called wrongly */
    public static int run(String[] arguments, PrintStream out, PrintStream complaints) {
        Optional<Command> command = find(arguments[0].startsWith("--") ? arguments[0].substring(2) : arguments[0]);
        if (command.isEmpty()) {
            complaints.println("There is no command \"" + arguments[0] + "\". Without a command Opsdeck starts.");
            all().forEach(each ->
                    complaints.println("  " + each.name() + " " + each.options() + "\n      " + each.purpose()));
            return CALLED_WRONGLY;
        }
        try {
            var line = CommandLine.of(Arrays.asList(arguments).subList(1, arguments.length));
            return run(command.get(), line, arguments, out);
        } catch (CommandFailure e) {
            complaints.println(e.getMessage());
        } catch (Exception e) {
            explain(e, complaints);
        }
        return FAILED;
    }

    /** What the start would say of the same failure, or all that is known of it. */
    private static void explain(Exception failure, PrintStream complaints) {
        SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, FailureHandler.logging(LogFactory.getLog(Commands.class)))
                .stream()
                .map(analyzer -> analyzer.analyze(failure))
                .filter(Objects::nonNull)
                .findFirst()
                .ifPresentOrElse(
                        analysis -> complaints.println(analysis.getDescription()),
                        () -> failure.printStackTrace(complaints));
    }

    private static int run(Command command, CommandLine line, String[] arguments, PrintStream out) throws Exception {
        try (var context = new SpringApplicationBuilder(Nothing.class)
                .web(WebApplicationType.NONE)
                .bannerMode(Banner.Mode.OFF)
                .logStartupInfo(false)
                .run(alone(arguments))) {
            return command.run(line, context.getEnvironment(), out) ? WELL : FAILED;
        }
    }

    /** Settings may stand in the arguments as they may for the application; its database is not started. */
    private static String[] alone(String[] arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--logging.level.root=warn";
        all[arguments.length + 1] = "--opsdeck.database.early=false";
        return all;
    }

    private static Optional<Command> find(String name) {
        return all().stream().filter(each -> each.name().equals(name)).findFirst();
    }

    private static List<Command> all() {
        return SpringFactoriesLoader.forDefaultResourceLocation().load(Command.class).stream()
                .sorted(Comparator.comparing(Command::name))
                .toList();
    }
}
