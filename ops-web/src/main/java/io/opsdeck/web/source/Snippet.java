package io.opsdeck.web.source;

import io.opsdeck.analytics.event.EventSources;
import java.util.List;

/**
 * Code to copy into a site, a shell or a server; its heading is {@code source.snippet.<key>}.
 *
 * @param code what to copy, with the address and the write key in it
 */
record Snippet(String key, String code) {

    private static final String BROWSER = """
            <script>
            (function (w, d, s) {
              if (w.opsdeck) return;
              w.opsdeck = function () { (w.opsdeck.q = w.opsdeck.q || []).push(arguments); };
              s = d.createElement('script'); s.async = true; s.src = 'BASE/t.js'; d.head.appendChild(s);
            })(window, document);
            opsdeck('init', 'KEY', { spa: true });
            opsdeck('page');
            </script>""";

    private static final String CALLS = """
            opsdeck('identify', 'u1', { name: 'Lin Yue' });
            opsdeck('track', 'Order Completed', { revenue: 42 });""";

    private static final String SHELL = """
            curl -u KEY: -H 'Content-Type: application/json' \\
              -d '{"userId":"u1","event":"Order Completed","properties":{"revenue":42}}' \\
              BASE/v1/track""";

    private static final String NODE = """
            import { Analytics } from '@segment/analytics-node';

            const analytics = new Analytics({ host: 'BASE', writeKey: 'KEY' });
            analytics.track({ userId: 'u1', event: 'Order Completed', properties: { revenue: 42 } });""";

    private static final String JAVA = """
            Analytics analytics = Analytics.builder("KEY").endpoint("BASE").build();
            analytics.enqueue(TrackMessage.builder("Order Completed").userId("u1").properties(Map.of("revenue", 42)));""";

    /** What fits a kind of source, the most fitting first. */
    static List<Snippet> of(EventSources.Kind kind, String base, String key) {
        List<Snippet> fitting = switch (kind) {
            case WEB -> List.of(new Snippet("browser", BROWSER), new Snippet("calls", CALLS));
            case APP, SERVER ->
                List.of(new Snippet("shell", SHELL), new Snippet("node", NODE), new Snippet("java", JAVA));
            case IMPORT -> List.of(new Snippet("shell", SHELL));
        };
        return fitting.stream()
                .map(snippet -> new Snippet(
                        snippet.key(), snippet.code().replace("BASE", base).replace("KEY", key)))
                .toList();
    }
}
