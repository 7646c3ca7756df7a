package io.opsdeck.benchmarks;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/** Asks for the same thing again and again, and keeps what was answered in each phase. */
final class Asker implements Runnable {

    private static final long PAUSE_MILLIS = 250;

    final String name;
    private final HttpClient http;
    private final HttpRequest request;
    private final Map<String, Map<String, Integer>> answers = new LinkedHashMap<>();
    private volatile String phase;
    private volatile boolean stopped;
    private volatile String last = "";
    private volatile double slowest;

    Asker(String name, HttpClient http, HttpRequest request, String phase) {
        this.name = name;
        this.http = http;
        this.request = request;
        this.phase = phase;
    }

    /** What is asked from now on counts for that phase. */
    void enter(String next) {
        phase = next;
    }

    void stop() {
        stopped = true;
    }

    @Override
    public void run() {
        try {
            while (!stopped) {
                String during = phase;
                long begin = System.nanoTime();
                last = ask();
                slowest = Math.max(slowest, (System.nanoTime() - begin) / 1e9);
                synchronized (answers) {
                    answers.computeIfAbsent(during, key -> new TreeMap<>()).merge(last, 1, Integer::sum);
                }
                Thread.sleep(PAUSE_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The status, with a word if it says when to come back. */
    private String ask() throws InterruptedException {
        try {
            HttpResponse<Void> answer = http.send(request, BodyHandlers.discarding());
            boolean later = answer.headers().firstValue("Retry-After").isPresent();
            return answer.statusCode() + (later ? " with Retry-After" : "");
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    /** The answers of a phase and how often each was given. */
    Map<String, Integer> answers(String of) {
        synchronized (answers) {
            return new TreeMap<>(answers.getOrDefault(of, Map.of()));
        }
    }

    String last() {
        return last;
    }

    double slowestSeconds() {
        return slowest;
    }
}
