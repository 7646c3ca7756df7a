package io.opsdeck.web.event;

import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells open pages that newer events are there. One thread asks once per half second and workspace that somebody looks
 * at, however many look; a listener costs an open connection and no thread. Ends before the web server does, so that a
 * stop does not wait for it.
 */
@Component
class LiveEvents implements SmartLifecycle {

    private static final Logger log = LoggerFactory.getLogger(LiveEvents.class);

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final Duration LIFETIME = Duration.ofMinutes(10);

    private final EventLog events;
    private final Map<WorkspaceId, Set<SseEmitter>> listeners = new ConcurrentHashMap<>();
    private final Map<WorkspaceId, LogPosition> newest = new HashMap<>();

    private @Nullable ScheduledExecutorService executor;
    private @Nullable ScheduledFuture<?> ticking;

    LiveEvents(EventLog events) {
        this.events = events;
    }

    SseEmitter open(WorkspaceId workspace) {
        var emitter = new SseEmitter(LIFETIME.toMillis());
        Runnable gone = () -> listeners.computeIfPresent(workspace, (id, all) -> {
            all.remove(emitter);
            return all.isEmpty() ? null : all;
        });
        emitter.onCompletion(gone);
        emitter.onTimeout(emitter::complete);
        emitter.onError(failure -> gone.run());
        listeners.compute(workspace, (id, all) -> {
            Set<SseEmitter> set = all == null ? ConcurrentHashMap.newKeySet() : all;
            set.add(emitter);
            return set;
        });
        send(emitter, "open");
        return emitter;
    }

    private void tick() {
        try {
            newest.keySet().retainAll(listeners.keySet());
            listeners.forEach(this::look);
        } catch (RuntimeException e) {
            log.debug("the live stream could not read the log", e);
        }
    }

    private void look(WorkspaceId workspace, Set<SseEmitter> all) {
        List<LoggedEvent> last = CurrentWorkspace.call(
                workspace, () -> events.newest(null, null, null, 1).data());
        if (last.isEmpty()) {
            return;
        }
        LogPosition position = last.get(0).position();
        if (position.equals(newest.put(workspace, position))) {
            return;
        }
        all.forEach(emitter -> send(emitter, "events"));
    }

    private static void send(SseEmitter emitter, String name) {
        try {
            emitter.send(SseEmitter.event().name(name).data(""));
        } catch (IOException | IllegalStateException e) {
            emitter.completeWithError(e);
        }
    }

    @Override
    public synchronized void start() {
        executor = Executors.newSingleThreadScheduledExecutor(task -> {
            var thread = new Thread(task, "live-events");
            thread.setDaemon(true);
            return thread;
        });
        ticking =
                executor.scheduleWithFixedDelay(this::tick, PAUSE.toMillis(), PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public synchronized void stop() {
        if (ticking != null) {
            ticking.cancel(false);
        }
        if (executor != null) {
            executor.shutdown();
            executor = null;
        }
        listeners.values().forEach(all -> all.forEach(SseEmitter::complete));
    }

    @Override
    public synchronized boolean isRunning() {
        return executor != null;
    }

    @Override
    public int getPhase() {
        return SmartLifecycle.DEFAULT_PHASE;
    }
}
