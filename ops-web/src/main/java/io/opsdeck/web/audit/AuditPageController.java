package io.opsdeck.web.audit;

import io.opsdeck.core.audit.AuditFilter.AuditObject;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.audit.AuditTrail.AuditEntry;
import io.opsdeck.core.chain.AuditChain;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Who did what, and whether the trail of it is what it was. */
@PageController
class AuditPageController {

    private static final int PAGE = 50;

    private final AuditTrail audit;
    private final AuditChain chain;
    private final Workspaces workspaces;
    private final ObjectPages objects;
    private final ChangeWords words;
    private final MessageSource messages;

    AuditPageController(
            AuditTrail audit,
            AuditChain chain,
            Workspaces workspaces,
            ObjectPages objects,
            ChangeWords words,
            MessageSource messages) {
        this.audit = audit;
        this.chain = chain;
        this.workspaces = workspaces;
        this.objects = objects;
        this.words = words;
        this.messages = messages;
    }

    @GetMapping("/audit")
    @Requires(Permission.AUDIT_READ)
    String list(
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(defaultValue = "") String actor,
            @RequestParam(defaultValue = "") String object,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "false") boolean failed,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Access access = Caller.require(request);
        var query = new AuditQuery(kind, actor, object, from, to, q, failed);
        Page<AuditEntry> page = audit.page(
                query.filter(workspaces.require(access.workspace()).settings().timeZone()), cursor, PAGE);
        model.addAttribute("page", page);
        model.addAttribute(
                "changes",
                page.data().stream()
                        .collect(Collectors.toMap(
                                AuditEntry::id, entry -> words.of(entry.before(), entry.after(), locale))));
        model.addAttribute("linked", objects.types());
        model.addAttribute("query", query);
        model.addAttribute("next", page.next() == null ? null : query.href("/audit", page.next()));
        if (request.getHeader("HX-Request") != null) {
            return "audit/list :: rows";
        }
        model.addAttribute("anyObject", query.anyObject().href("/audit", null));
        model.addAttribute("groups", ActionGroup.of(audit.actions(), messages, locale));
        model.addAttribute("actors", audit.actors());
        model.addAttribute("chain", chain.status());
        return "audit/list";
    }

    /** The page of what an entry is about; where that is gone, all that is known of it. */
    @GetMapping("/audit/object")
    @Requires(Permission.AUDIT_READ)
    String object(@RequestParam String object) {
        return "redirect:"
                + objects.find(AuditObject.of(object))
                        .orElseGet(() -> new AuditQuery("", "", object, "", "", "", false).href("/audit", null));
    }

    @PostMapping("/audit/verify")
    @Requires(Permission.AUDIT_READ)
    String verify(HttpServletRequest request) {
        JobId job = chain.startCheck();
        return Caller.require(request).may(Permission.JOB_READ) ? "redirect:/jobs/" + job : "redirect:/audit";
    }
}
