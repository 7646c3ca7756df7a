package io.opsdeck.web.role;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleChange;
import io.opsdeck.core.security.RoleSettings;
import io.opsdeck.core.security.RoleView;
import io.opsdeck.core.security.Roles;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.security.Sessions;
import io.opsdeck.web.ui.Html;
import io.opsdeck.web.ui.RoleWords;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Which role may do what: the matrix, one role, and roles that a workspace adds. */
@PageController
class RolePageController {

    /** What a page may say was done. */
    private static final Set<String> SAID = Set.of("saved", "created", "deleted");

    private final Roles roles;
    private final Sessions sessions;
    private final RoleWords words;
    private final MessageSource messages;
    private final Html html;

    RolePageController(Roles roles, Sessions sessions, RoleWords words, MessageSource messages, Html html) {
        this.roles = roles;
        this.sessions = sessions;
        this.words = words;
        this.messages = messages;
        this.html = html;
    }

    @GetMapping("/roles")
    @Requires(Permission.MEMBER_READ)
    String page(@RequestParam(defaultValue = "") String q, HttpServletRequest request, Locale locale, Model model) {
        fill(model, roles.list(), q, Ticks.NONE, request, locale);
        return "role/matrix";
    }

    /** The same page with what is ticked but not saved: what would change, and rows by the words searched for. */
    @PostMapping("/roles/review")
    @Requires(Permission.ROLE_MANAGE)
    String review(
            @RequestParam(defaultValue = "") String q,
            @RequestParam(defaultValue = "") String role,
            @ModelAttribute Ticks ticks,
            HttpServletRequest request,
            Locale locale,
            Model model) {
        if (role.isEmpty()) {
            fill(model, roles.list(), q, ticks, request, locale);
            return "role/matrix";
        }
        return one(model, roles.require(role), q, ticks, request, locale);
    }

    @PostMapping("/roles")
    @Requires(Permission.ROLE_MANAGE)
    String change(
            @RequestParam(defaultValue = "") String role, @ModelAttribute Ticks ticks, HttpServletRequest request) {
        roles.change(
                MatrixForm.changes(ticks.seen(), ticks.cell()),
                Caller.require(request).authority());
        return "redirect:/roles"
                + (role.isEmpty() ? "" : "/" + roles.require(role).role().key()) + "?said=saved";
    }

    @GetMapping("/roles/new")
    @Requires(Permission.ROLE_MANAGE)
    String fresh(@RequestParam(defaultValue = "") String from, HttpServletRequest request, Locale locale, Model model) {
        Optional<RoleView> copied = from.isEmpty() ? Optional.empty() : Optional.of(roles.require(from));
        String name = copied.map(view ->
                        messages.getMessage("role.copy", new Object[] {words.name(view.role(), locale)}, locale))
                .orElse("");
        model.addAttribute(
                "form",
                new RoleForm(
                        name,
                        copied.map(RoleView::description).orElse(""),
                        copied.map(view -> view.role().key()).orElse(Role.VIEWER.key())));
        return form(model, request);
    }

    @PostMapping("/roles/new")
    @Requires(Permission.ROLE_MANAGE)
    String create(
            @ModelAttribute("form") RoleForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Authority by = Caller.require(request).authority();
        Optional<Role> made = html.submit(errors, locale, () -> {
            RoleView from = roles.require(roles.named(form.role(), "/role").key());
            return roles.create(form.settings(), from.base(), from.permissions(), by);
        });
        if (made.isPresent()) {
            return "redirect:/roles/" + made.get().key() + "?said=created";
        }
        response.setStatus(422);
        return form(model, request);
    }

    @GetMapping("/roles/{key}")
    @Requires(Permission.MEMBER_READ)
    String one(
            @PathVariable String key,
            @RequestParam(defaultValue = "") String q,
            HttpServletRequest request,
            Locale locale,
            Model model) {
        return one(model, roles.require(key), q, Ticks.NONE, request, locale);
    }

    @PostMapping("/roles/{key}")
    @Requires(Permission.ROLE_MANAGE)
    String describe(
            @PathVariable String key,
            @ModelAttribute("form") RoleForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        RoleView view = roles.require(key);
        Authority by = Caller.require(request).authority();
        Optional<String> done = html.submit(errors, locale, () -> {
            roles.describe(key, form.settings(), by);
            return key;
        });
        if (done.isPresent()) {
            return "redirect:/roles/" + view.role().key() + "?said=saved";
        }
        response.setStatus(422);
        return one(model, view, "", Ticks.NONE, request, locale);
    }

    @PostMapping("/roles/{key}/delete")
    @Requires(Permission.ROLE_MANAGE)
    String delete(
            @PathVariable String key, @RequestParam(defaultValue = "") String replacement, HttpServletRequest request) {
        roles.remove(key, replacement, Caller.require(request).authority());
        return "redirect:/roles?said=deleted";
    }

    /** Shows the whole product as that role sees it, until {@link #stopView}; what is done meanwhile is done in earnest. */
    @PostMapping("/roles/{key}/view-as")
    @Requires(Permission.ROLE_MANAGE)
    String viewAs(@PathVariable String key, HttpServletRequest request) {
        Access access = Caller.require(request);
        RoleView view = roles.require(key);
        if (view.role().isOwner() && !access.role().isOwner()) {
            throw CoreError.ROLE_ABOVE_YOURS.exception();
        }
        sessions.viewAs(request, access.workspace(), view.role());
        return "redirect:/";
    }

    @PostMapping("/view-as/stop")
    @Open("whoever looks as a lesser role may always stop")
    String stopView(HttpServletRequest request) {
        Caller.find(request)
                .filter(Access::viewing)
                .ifPresent(access -> sessions.viewAsOneself(request, access.role()));
        return "redirect:/roles";
    }

    private String form(Model model, HttpServletRequest request) {
        model.addAttribute("choices", choices(Caller.require(request).authority(), ""));
        return "role/form";
    }

    private String one(Model model, RoleView view, String q, Ticks ticks, HttpServletRequest request, Locale locale) {
        Access access = Caller.require(request);
        Authority by = access.authority();
        String key = view.role().key();
        if (!model.containsAttribute("form")) {
            model.addAttribute("form", new RoleForm(view.role().name(), view.description(), ""));
        }
        model.addAttribute("view", view);
        model.addAttribute("called", words.name(view.role(), locale));
        model.addAttribute(
                "mayDescribe", view.role().isAdded() && access.may(Permission.ROLE_MANAGE) && by.covers(view));
        model.addAttribute(
                "mayView", access.may(Permission.ROLE_MANAGE) && !view.role().isOwner());
        model.addAttribute("yours", key.equals(by.role().key()));
        model.addAttribute("choices", choices(by, key));
        fill(model, List.of(view), q, ticks, request, locale);
        return "role/one";
    }

    /** Roles that somebody may hand out, but not {@code without}, by key. */
    private Map<String, String> choices(Authority by, String without) {
        return roles.list().stream()
                .filter(view -> by.covers(view) && !view.role().key().equals(without))
                .collect(Collectors.toMap(
                        view -> view.role().key(),
                        view -> words.name(view.role()),
                        (one, other) -> one,
                        LinkedHashMap::new));
    }

    private void fill(
            Model model, List<RoleView> views, String q, Ticks ticks, HttpServletRequest request, Locale locale) {
        Authority by = Caller.require(request).authority();
        List<RoleChange> changes = MatrixForm.changes(ticks.seen(), ticks.cell());
        String said = request.getParameter("said");
        model.addAttribute("said", said != null && SAID.contains(said) ? said : null);
        model.addAttribute("q", q);
        model.addAttribute("views", views);
        model.addAttribute("columns", columns(views, ticks, by));
        model.addAttribute("areas", areas());
        model.addAttribute("shown", shown(q, locale));
        model.addAttribute("changes", changes);
        model.addAttribute("byRole", byRole(changes));
        model.addAttribute("mayManage", by.permissions().contains(Permission.ROLE_MANAGE));
    }

    /** Changes under the names of their roles. */
    private Map<String, List<RoleChange>> byRole(List<RoleChange> changes) {
        Map<String, List<RoleChange>> named = new LinkedHashMap<>();
        for (RoleView view : roles.list()) {
            List<RoleChange> own = changes.stream()
                    .filter(change -> change.role().equals(view.role().key()))
                    .toList();
            if (!own.isEmpty()) {
                named.put(words.name(view.role()), own);
            }
        }
        return named;
    }

    private List<Column> columns(List<RoleView> views, Ticks ticks, Authority by) {
        Map<String, String> seen = ticks.seen().stream()
                .collect(Collectors.toMap(text -> text.split(" ")[0], text -> text, (one, other) -> one));
        return views.stream()
                .map(view -> column(view, seen.get(view.role().key()), ticks, by))
                .toList();
    }

    private Column column(RoleView view, @Nullable String seen, Ticks ticks, Authority by) {
        String now = seen == null ? MatrixForm.seen(view, by) : seen;
        Set<Permission> free = Arrays.stream(Permission.values())
                .filter(permission -> MatrixForm.mayChange(view, permission, by))
                .collect(Collectors.toSet());
        Set<Permission> ticked = new HashSet<>(view.permissions());
        if (seen != null) {
            ticked.removeAll(free);
            free.stream()
                    .filter(permission -> ticks.cell().contains(view.role().key() + " " + permission.key()))
                    .forEach(ticked::add);
        }
        return new Column(view, words.name(view.role()), now, ticked, free);
    }

    private static Map<String, List<Permission>> areas() {
        return Arrays.stream(Permission.values())
                .collect(Collectors.groupingBy(
                        permission -> permission.area().name().toLowerCase(Locale.ROOT),
                        LinkedHashMap::new,
                        Collectors.toList()));
    }

    /** The permissions whose words or key contain {@code q}; the ticks of the others stay in the form. */
    private Set<Permission> shown(String q, Locale locale) {
        String wanted = q.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(Permission.values())
                .filter(permission -> (permission.key() + " " + text(permission, locale))
                        .toLowerCase(Locale.ROOT)
                        .contains(wanted))
                .collect(Collectors.toSet());
    }

    private String text(Permission permission, Locale locale) {
        return messages.getMessage("permission." + permission.key().replace(':', '.'), null, locale);
    }

    /**
     * A role in the matrix.
     *
     * @param seen what the reader saw before he ticked anything
     * @param free what he may change
     */
    record Column(RoleView view, String name, String seen, Set<Permission> ticked, Set<Permission> free) {}

    /** What is ticked, and what was before. */
    record Ticks(List<String> seen, List<String> cell) {

        static final Ticks NONE = new Ticks(List.of(), List.of());

        /** A field that a form leaves out is an empty one. */
        Ticks {
            seen = Objects.requireNonNullElse(seen, List.of());
            cell = Objects.requireNonNullElse(cell, List.of());
        }
    }

    /** How an added role is called; {@code role} is the one that a new one starts from. */
    record RoleForm(String name, String description, String role) {

        /** A field that a form leaves out is an empty one. */
        RoleForm {
            name = Objects.requireNonNullElse(name, "");
            description = Objects.requireNonNullElse(description, "");
            role = Objects.requireNonNullElse(role, "");
        }

        RoleSettings settings() {
            return new RoleSettings(name, description);
        }
    }
}
