package io.opsdeck.benchmarks;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;

/** Takes webhooks slowly and remembers how often each message came. */
final class Receiver implements AutoCloseable {

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final Map<String, Integer> messages = new ConcurrentHashMap<>();

    Receiver(long answerMillis) throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            exchange.getRequestBody().readAllBytes();
            messages.merge(exchange.getRequestHeaders().getFirst("webhook-id"), 1, Integer::sum);
            try {
                Thread.sleep(answerMillis);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/hook";
    }

    /** How often each message came so far. */
    Map<String, Integer> messages() {
        return Map.copyOf(messages);
    }

    /** Messages that came since then. */
    Set<String> since(Map<String, Integer> before) {
        return messages.entrySet().stream()
                .filter(each -> each.getValue() > before.getOrDefault(each.getKey(), 0))
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
