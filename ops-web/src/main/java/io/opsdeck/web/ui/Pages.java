package io.opsdeck.web.ui;

import io.opsdeck.core.security.Permission;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Every page that a sidebar or the palette may lead to, with what one needs to see it. */
public enum Pages {
    TODAY("today", "home", "/", "today", Permission.WORKSPACE_READ),
    INBOX("inbox", "inbox", "/inbox", "today", Permission.WORKSPACE_READ),
    PEOPLE("people", "users", "/people", "audience", Permission.PROFILE_READ),
    INSIGHTS("insights", "chart-line", "/insights", "insight", Permission.INSIGHT_READ),
    SQL("sql", "code", "/sql", "insight", Permission.SQL_RUN),
    EVENTS("events", "activity", "/events", "data", Permission.EVENT_READ),
    STREAM("stream", "broadcast", "/stream", "data", Permission.EVENT_READ),
    DICTIONARY("dictionary", "book", "/dictionary", "data", Permission.EVENT_READ),
    QUARANTINE("quarantine", "alert-triangle", "/quarantine", "data", Permission.EVENT_READ),
    SOURCES("sources", "plug", "/sources", "data", Permission.SOURCE_READ),
    IMPORTS("imports", "file-import", "/imports", "data", Permission.IMPORT_RUN),
    OUTBOUND("outbound", "send", "/outbound", "admin", Permission.OUTBOUND_READ),
    WEBHOOKS("webhooks", "webhook", "/webhooks", "admin", Permission.WEBHOOK_MANAGE),
    ROBOTS("robots", "message", "/robots", "admin", Permission.ROBOT_MANAGE),
    JOBS("jobs", "list-check", "/jobs", "admin", Permission.JOB_READ),
    MEMBERS("members", "users-group", "/members", "admin", Permission.MEMBER_READ),
    ROLES("roles", "shield", "/roles", "admin", Permission.MEMBER_READ),
    TOKENS("tokens", "key", "/tokens", "admin", Permission.TOKEN_MANAGE),
    API("api", "api", "/api-reference", "admin", Permission.WORKSPACE_READ),
    AUDIT("audit", "history", "/audit", "admin", Permission.AUDIT_READ),
    SETTINGS("settings", "settings", "/settings", "admin", Permission.WORKSPACE_MANAGE),
    SYSTEM("system", "server", "/system", "admin", Permission.SYSTEM_READ);

    private final String key;
    private final String icon;
    private final String href;
    private final String group;
    private final Permission permission;

    Pages(String key, String icon, String href, String group, Permission permission) {
        this.key = key;
        this.icon = icon;
        this.href = href;
        this.group = group;
        this.permission = permission;
    }

    public String key() {
        return key;
    }

    public String icon() {
        return icon;
    }

    public String href() {
        return href;
    }

    public Permission permission() {
        return permission;
    }

    /** The page with this key. */
    public static Optional<Pages> find(String key) {
        return Arrays.stream(values()).filter(page -> page.key.equals(key)).findFirst();
    }

    /** The page at exactly this path. */
    public static Optional<Pages> at(String path) {
        return Arrays.stream(values()).filter(page -> page.href.equals(path)).findFirst();
    }

    String group() {
        return group;
    }

    boolean isCurrent(String path) {
        return "/".equals(href) ? "/".equals(path) : path.equals(href) || path.startsWith(href + "/");
    }

    static List<String> groups() {
        return List.of("today", "audience", "insight", "data", "admin");
    }
}
