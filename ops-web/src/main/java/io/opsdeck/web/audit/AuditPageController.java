package io.opsdeck.web.audit;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.audit.AuditTrail.AuditEntry;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who changed what. */
@PageController
class AuditPageController {

    private static final int PAGE = 50;

    /** Kinds of things that are changed: the first word of an action. */
    private static final List<String> KINDS = List.of(
            "workspace",
            "member",
            "role",
            "group",
            "token",
            "source",
            "import",
            "export",
            "job",
            "view",
            "insight",
            "annotation",
            "query",
            "outbound",
            "webhook",
            "robot");

    private final AuditTrail audit;
    private final ChangeWords words;

    AuditPageController(AuditTrail audit, ChangeWords words) {
        this.audit = audit;
        this.words = words;
    }

    @GetMapping("/audit")
    @Requires(Permission.AUDIT_READ)
    String list(
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String actor,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        String action = KINDS.contains(kind) ? kind + "." : "";
        Page<AuditEntry> page = audit.page(action, actor, cursor, PAGE);
        model.addAttribute("page", page);
        model.addAttribute(
                "changes",
                page.data().stream()
                        .collect(Collectors.toMap(
                                AuditEntry::id, entry -> words.of(entry.before(), entry.after(), locale))));
        model.addAttribute("kinds", KINDS);
        model.addAttribute("kind", kind);
        model.addAttribute("actor", actor);
        return request.getHeader("HX-Request") == null ? "audit/list" : "audit/list :: rows";
    }
}
