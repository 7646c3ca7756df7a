package io.opsdeck.benchmarks;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * {@code java -jar benchmarks.jar PROGRAM [--option=value ...]} from the root of the project, after the product is
 * built; leaves with 1 if something did not hold that must, with 2 if called wrongly.
 */
public final class Benchmarks {

    private static final Map<String, Program> PROGRAMS = new LinkedHashMap<>();

    static {
        PROGRAMS.put("intake", new IntakeBenchmark());
        PROGRAMS.put("group-commit", new GroupCommitBenchmark());
        PROGRAMS.put("start", new StartBenchmark());
        PROGRAMS.put("lists", new ListBenchmark());
        PROGRAMS.put("insights", new InsightBenchmark());
        PROGRAMS.put("kill", new KillFault());
        PROGRAMS.put("backup", new BackupFault());
        PROGRAMS.put("bodies", new BodiesFault());
        PROGRAMS.put("busy", new BusyFault());
        PROGRAMS.put("send-kill", new SendFault());
        PROGRAMS.put("import-kill", new ImportFault());
        PROGRAMS.put("two-nodes", new NodesFault());
        PROGRAMS.put("database-gone", new DatabaseFault(false));
        PROGRAMS.put("database-hangs", new DatabaseFault(true));
    }

    private Benchmarks() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments.length == 0 || !PROGRAMS.containsKey(arguments[0])) {
            System.err.println("usage: benchmarks " + String.join(" | ", programs()) + " [--option=value ...]");
            System.exit(2);
        }
        boolean held = run(arguments[0], Arrays.copyOfRange(arguments, 1, arguments.length));
        System.exit(held ? 0 : 1);
    }

    static Set<String> programs() {
        return PROGRAMS.keySet();
    }

    static boolean run(String program, String... options) throws Exception {
        Program known = PROGRAMS.get(program);
        if (known == null) {
            throw new IllegalArgumentException("no such program: " + program);
        }
        return known.run(new Settings(options));
    }
}
