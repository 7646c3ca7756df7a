package io.opsdeck.core.workspace;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One operated product and the frame in which its numbers are read: zone, week, money, language. */
@Entity
@Table(schema = "core", name = "workspace")
class Workspace {

    @Id
    private UUID id;

    @Column(nullable = false)
    private String name;

    @Column(nullable = false)
    private String timeZone;

    @Column(nullable = false)
    private String weekStart;

    @Column(nullable = false)
    private String currency;

    @Column(nullable = false)
    private String locale;

    @Version
    private @Nullable Integer version;

    @Column(nullable = false)
    private Instant createdAt;

    protected Workspace() {}

    Workspace(UUID id, WorkspaceSettings settings, Instant createdAt) {
        this.id = id;
        this.createdAt = createdAt;
        apply(settings);
    }

    final void apply(WorkspaceSettings settings) {
        name = settings.name();
        timeZone = settings.timeZone().getId();
        weekStart = settings.weekStart().name();
        currency = settings.currency();
        locale = settings.locale();
    }

    Map<String, String> facts() {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("name", name);
        facts.put("timeZone", timeZone);
        facts.put("weekStart", weekStart);
        facts.put("currency", currency);
        facts.put("locale", locale);
        return facts;
    }

    WorkspaceView view() {
        return new WorkspaceView(
                new WorkspaceId(id), WorkspaceSettings.of(name, timeZone, weekStart, currency, locale), createdAt);
    }
}
