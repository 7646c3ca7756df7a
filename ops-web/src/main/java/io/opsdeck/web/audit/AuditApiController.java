package io.opsdeck.web.audit;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.audit.AuditTrail.AuditEntry;
import io.opsdeck.core.chain.AuditChain;
import io.opsdeck.core.chain.AuditChain.ChainStatus;
import io.opsdeck.core.chain.ChainCheck;
import io.opsdeck.core.chain.ChainFault;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.web.api.Limits;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The audit trail over REST. */
@RestController
@RequestMapping(path = "/api/v1/audit", produces = MediaType.APPLICATION_JSON_VALUE)
class AuditApiController {

    private final AuditTrail audit;
    private final AuditChain chain;
    private final Workspaces workspaces;
    private final JsonMapper json;

    AuditApiController(AuditTrail audit, AuditChain chain, Workspaces workspaces, JsonMapper json) {
        this.audit = audit;
        this.chain = chain;
        this.workspaces = workspaces;
        this.json = json;
    }

    /** Entries, newest first; {@code from} and {@code to} are days of the workspace or moments. */
    @GetMapping
    @Requires(Permission.AUDIT_READ)
    Page<EntryBody> list(
            @RequestParam(defaultValue = "") String action,
            @RequestParam(defaultValue = "") String actor,
            @RequestParam(defaultValue = "") String object,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "false") boolean failed,
            @RequestParam(required = false) @Nullable String limit,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request) {
        ZoneId zone = workspaces
                .require(Caller.require(request).workspace())
                .settings()
                .timeZone();
        var query = new AuditQuery(action, actor, object, from, to, q, failed);
        Page<AuditEntry> page = audit.page(query.filter(zone), cursor, Limits.of(limit));
        return new Page<>(page.data().stream().map(this::body).toList(), page.next());
    }

    /** The chain of the entries, with what its last verification found. */
    @GetMapping("/chain")
    @Requires(Permission.AUDIT_READ)
    ChainBody chain() {
        return ChainBody.of(chain.status());
    }

    private EntryBody body(AuditEntry entry) {
        return new EntryBody(
                entry.id().toString(),
                entry.at(),
                new ActorBody(
                        entry.actorKind().name().toLowerCase(Locale.ROOT),
                        entry.actorId() == null ? null : entry.actorId().toString(),
                        entry.actorName()),
                entry.action(),
                new ObjectBody(entry.objectType(), entry.objectId(), entry.objectName()),
                tree(entry.before()),
                tree(entry.after()),
                entry.requestId(),
                entry.address());
    }

    private @Nullable JsonNode tree(@Nullable String text) {
        return text == null ? null : json.readTree(text);
    }

    /**
     * An entry.
     *
     * @param before the changed fields as they were, null for none
     */
    record EntryBody(
            String id,
            Instant at,
            ActorBody actor,
            String action,
            ObjectBody object,
            @Nullable JsonNode before,
            @Nullable JsonNode after,
            @Nullable String requestId,
            @Nullable String address) {}

    /** Who it was: {@code member}, {@code token} or {@code system}. */
    record ActorBody(String kind, @Nullable String id, String name) {}

    /** What it was about. */
    record ObjectBody(String type, String id, String name) {}

    /**
     * A chain.
     *
     * @param head position and hash of the last link, to be noted elsewhere
     * @param waiting entries that are not linked yet
     */
    record ChainBody(
            String head,
            @Nullable Instant linkedAt,
            long waiting,
            @Nullable CheckBody check) {

        static ChainBody of(ChainStatus status) {
            ChainCheck check = status.check();
            return new ChainBody(
                    status.head().toString(),
                    status.linkedAt(),
                    status.waiting(),
                    check == null
                            ? null
                            : new CheckBody(check.at(), check.intact(), check.position(), FaultBody.of(check.fault())));
        }
    }

    /**
     * What a verification found.
     *
     * @param intactTo the position up to which nothing is wrong
     */
    record CheckBody(
            Instant at,
            boolean intact,
            long intactTo,
            @Nullable FaultBody fault) {}

    /** The first place where something is wrong. */
    record FaultBody(
            String kind, @Nullable Long position, @Nullable String entry) {

        static @Nullable FaultBody of(@Nullable ChainFault fault) {
            return fault == null
                    ? null
                    : new FaultBody(
                            fault.kind().name().toLowerCase(Locale.ROOT),
                            fault.position(),
                            fault.entry() == null ? null : fault.entry().toString());
        }
    }
}
