package io.opsdeck.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * From the start of the process to the first 200 of the readiness probe: on an empty folder, on one that was used
 * before, and in the ways of starting the same jar that promise to be faster. The ways take turns, so that a busy
 * machine is busy for all of them.
 */
final class StartBenchmark implements Program {

    /** What the log says when a stage is over, in order. */
    private static final Map<String, String> STAGES = new LinkedHashMap<>();

    static {
        STAGES.put("virtual machine, class path", "Starting OpsdeckApplication");
        STAGES.put("bean definitions", "Tomcat initialized with port");
        STAGES.put("database server that is still starting, pools, migrations", "No LoadTimeWeaver setup");
        STAGES.put("Hibernate", "Initialized JPA EntityManagerFactory");
        STAGES.put("other beans, web", "Tomcat started on port");
        STAGES.put("management port, last", "Started OpsdeckApplication");
    }

    /** A way to start the product. */
    private record Way(String name, List<String> program, List<String> jvm) {}

    /** A start: until ready, and the processor time of the process until then. */
    private record Start(double seconds, double cpu, Map<String, Double> stages) {}

    @Override
    public boolean run(Settings settings) throws Exception {
        int rounds = settings.number("rounds", 5, 1);
        int coldRounds = settings.number("cold-rounds", 3, 1);
        Opsdeck.clear(settings, "start");
        Path folder = settings.work().resolve("start");
        var report = new Report(
                "Start to ready", "what", "starts", "s, median", "s, fastest", "CPU s, median", "against the jar, CPU");
        String server = "";
        var cold = new ArrayList<Start>();
        for (int round = 0; round < coldRounds; round++) {
            Opsdeck.clear(settings, "start/used");
            cold.add(start(folder.resolve("used"), Opsdeck.program(settings), settings.jvm()));
        }
        List<Way> ways = ways(settings, folder);
        var warm = new LinkedHashMap<Way, List<Start>>();
        for (int round = 0; round < rounds; round++) {
            for (Way way : ways) {
                warm.computeIfAbsent(way, key -> new ArrayList<>())
                        .add(start(folder.resolve("used"), way.program(), way.jvm()));
            }
        }
        try (Opsdeck opsdeck = Opsdeck.start(
                        folder.resolve("used"), Opsdeck.freePort(), Opsdeck.program(settings), settings.jvm());
                Connection owner = opsdeck.connect()) {
            server = Report.database(owner);
        }
        List<Start> shipped = warm.getOrDefault(ways.get(0), List.of());
        double usual = median(shipped, Start::cpu);
        row(report, "empty folder, java -jar", cold, usual);
        warm.forEach((way, starts) -> row(report, "used folder, " + way.name(), starts, usual));
        var stages = new ArrayList<String>();
        STAGES.keySet()
                .forEach(stage -> stages.add("%s %.1f s"
                        .formatted(
                                stage, median(shipped, start -> start.stages().getOrDefault(stage, 0.0)))));
        report.note(
                "where a start on a used folder with java -jar spends its time, medians: " + String.join(", ", stages));
        return report.print(server);
    }

    private static List<Way> ways(Settings settings, Path folder) throws IOException, InterruptedException {
        var ways = new ArrayList<Way>();
        ways.add(new Way("java -jar", Opsdeck.program(settings), settings.jvm()));
        if (settings.tiny()) {
            return ways;
        }
        String[] small = {"-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"};
        ways.add(new Way("C1 only, serial GC", Opsdeck.program(settings), settings.jvm(small)));
        ways.add(new Way(
                "lazy beans", Opsdeck.program(settings), settings.jvm("-Dspring.main.lazy-initialization=true")));
        Path extracted = extract(settings, folder.resolve("extracted"));
        List<String> unpacked = List.of("-jar", extracted.toString());
        ways.add(new Way("extracted", unpacked, settings.jvm()));
        Path archive = train(folder, unpacked, settings.jvm());
        ways.add(new Way("extracted, CDS archive", unpacked, settings.jvm("-XX:SharedArchiveFile=" + archive)));
        ways.add(new Way(
                "extracted, CDS archive, C1 only, serial GC",
                unpacked,
                settings.jvm("-XX:SharedArchiveFile=" + archive, small[0], small[1])));
        return ways;
    }

    private static Path extract(Settings settings, Path into) throws IOException, InterruptedException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        Process process = new ProcessBuilder(
                        java,
                        "-Djarmode=tools",
                        "-jar",
                        settings.jar().toString(),
                        "extract",
                        "--destination",
                        into.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new IOException("the jar could not be extracted");
        }
        return into.resolve(settings.jar().getFileName());
    }

    /** Runs once and writes the classes that were loaded when it stops. */
    private static Path train(Path folder, List<String> program, List<String> jvm) throws IOException {
        Path archive = folder.resolve("opsdeck.jsa");
        var options = new ArrayList<>(jvm);
        options.add("-XX:ArchiveClassesAtExit=" + archive);
        Opsdeck.start(folder.resolve("used"), Opsdeck.freePort(), program, options)
                .close();
        if (!Files.exists(archive)) {
            throw new IOException("no archive of classes was written");
        }
        return archive;
    }

    private static Start start(Path folder, List<String> program, List<String> jvm) throws IOException {
        Path log = folder.resolve("opsdeck.log");
        Files.deleteIfExists(log);
        Instant begin = Instant.now();
        try (Opsdeck opsdeck = Opsdeck.start(folder, Opsdeck.freePort(), program, jvm)) {
            Duration cpu = opsdeck.processorTime();
            return new Start(opsdeck.toReady.toMillis() / 1e3, cpu.toMillis() / 1e3, stages(log, begin));
        }
    }

    private static Map<String, Double> stages(Path log, Instant begin) throws IOException {
        var stages = new LinkedHashMap<String, Double>();
        List<String> lines = Files.readAllLines(log);
        Instant before = begin;
        for (var stage : STAGES.entrySet()) {
            for (String line : lines) {
                if (line.contains(stage.getValue())) {
                    Instant at = Instant.parse(line.substring(0, line.indexOf('Z') + 1));
                    stages.put(stage.getKey(), Duration.between(before, at).toMillis() / 1e3);
                    before = at;
                    break;
                }
            }
        }
        return stages;
    }

    private static void row(Report report, String what, List<Start> starts, double usual) {
        double cpu = median(starts, Start::cpu);
        report.row(
                what,
                starts.size(),
                median(starts, Start::seconds),
                starts.stream().mapToDouble(Start::seconds).min().orElseThrow(),
                cpu,
                "%.2f".formatted(cpu / usual));
    }

    private static double median(List<Start> starts, ToDoubleFunction<Start> figure) {
        double[] sorted = starts.stream().mapToDouble(figure).sorted().toArray();
        return sorted[sorted.length / 2];
    }
}
