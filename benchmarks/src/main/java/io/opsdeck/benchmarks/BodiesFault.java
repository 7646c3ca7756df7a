package io.opsdeck.benchmarks;

import io.opsdeck.benchmarks.Opsdeck.WriteKey;
import java.sql.Connection;
import java.util.List;

/**
 * Everything that a body should not be, at full size, against a product with a small heap: never a 500, the good events
 * of a batch are stored, the bad ones are explained, and the product lives on. The heap is the proof that memory stays
 * bounded: the virtual machine ends itself when it runs out.
 */
final class BodiesFault implements Program {

    private static final List<BodyFamily> FAMILIES = List.of(
            new WrongEvents(),
            new UnreadableDocuments(),
            new OddTimes(),
            new OddNames(),
            new EndlessBodies(),
            new ZippedBodies(),
            new SlowClients(),
            new CrowdedBodies(),
            new ManyNames());

    @Override
    public boolean run(Settings settings) throws Exception {
        var report = new Report("Bad bodies (seed " + settings.seed() + ")", "what", "cases", "answers", "took s");
        Opsdeck.clear(settings, "bodies");
        String heap = "-Xmx" + settings.number("heap-mib", 512, 512) + "m";
        try (Opsdeck opsdeck = Opsdeck.start(settings, "bodies", settings.jvm(heap, "-XX:+ExitOnOutOfMemoryError"))) {
            WriteKey key = opsdeck.createSource("bodies");
            var target = new BodyTarget(opsdeck, key, report);
            String server;
            try (Connection owner = opsdeck.connect()) {
                server = Report.database(owner);
            }
            for (BodyFamily family : FAMILIES) {
                family.send(target, settings);
            }
            target.check();
            return report.print(server);
        }
    }
}
