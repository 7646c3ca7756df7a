package io.opsdeck.benchmarks;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLong;

/** Receivers of webhooks that take their time for each and remember the ids they have seen, as receivers should. */
final class WebhookSink implements AutoCloseable {

    private static final int LONGEST_MILLIS = 200;

    private final HttpServer server;
    private final Map<String, AtomicLong> copies = new ConcurrentHashMap<>();

    WebhookSink() throws IOException {
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::receive);
        server.start();
    }

    /** The address of an endpoint; any number of them may be made up. */
    String address(int endpoint) {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/" + endpoint;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            Thread.sleep(ThreadLocalRandom.current().nextInt(LONGEST_MILLIS));
            // Noted before the answer: what a kill cuts off here is there all the same.
            String message = exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("webhook-id");
            copies.computeIfAbsent(message, id -> new AtomicLong()).incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How many different messages came, each endpoint for itself. */
    long messages() {
        return copies.size();
    }

    /** Requests beyond the first of each message. */
    long repeated() {
        return copies.values().stream().mapToLong(AtomicLong::get).sum() - messages();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
