package io.opsdeck.web.notification;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.notification.Inbox;
import io.opsdeck.core.notification.Inbox.Entry;
import io.opsdeck.core.notification.Inbox.Tab;
import io.opsdeck.core.notification.NotificationId;
import io.opsdeck.core.notification.NotificationTexts;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.http.ResponseEntity;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** What a member was told: the page, the panel behind the bell, and the number on it. */
@PageController
class InboxPageController {

    private static final int PAGE = 50;
    private static final int NEWEST = 8;
    private static final Set<String> SAID = Set.of("read", "archived");
    private static final Pattern MOMENT = Pattern.compile("[0-9T:.-]{19,32}Z");

    private final Inbox inbox;
    private final NotificationTexts texts;
    private final MessageSource messages;

    InboxPageController(Inbox inbox, NotificationTexts texts, MessageSource messages) {
        this.inbox = inbox;
        this.texts = texts;
        this.messages = messages;
    }

    /** @param undo the moment that the toast offers to take back, after {@code said} was done */
    @GetMapping("/inbox")
    @Requires(Permission.WORKSPACE_READ)
    String list(
            @RequestParam(defaultValue = "unread") String tab,
            @RequestParam(defaultValue = "") String kind,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "") String said,
            @RequestParam(defaultValue = "") String undo,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        UUID me = me(request);
        Page<Entry> page = inbox.page(me, tab(tab), kind.isEmpty() ? null : kind, cursor, PAGE);
        model.addAttribute("rows", rows(page.data(), locale));
        model.addAttribute("tab", tab);
        model.addAttribute("tabs", Tab.values());
        model.addAttribute("kind", kind);
        model.addAttribute("next", next(page, tab, kind));
        if (request.getHeader("HX-Request") != null) {
            return "notification/inbox :: rows";
        }
        if (SAID.contains(said) && MOMENT.matcher(undo).matches()) {
            model.addAttribute("toast", messages.getMessage("inbox.said." + said, null, locale));
            model.addAttribute("undo", "/inbox/undo?at=" + undo + "&tab=" + tab);
        }
        model.addAttribute("kinds", kinds(me, locale));
        model.addAttribute("unread", inbox.unread(me));
        return "notification/inbox";
    }

    @GetMapping("/inbox/panel")
    @Requires(Permission.WORKSPACE_READ)
    String panel(HttpServletRequest request, Locale locale, Model model) {
        Page<Entry> newest = inbox.page(me(request), Tab.UNREAD, null, null, NEWEST);
        model.addAttribute("rows", rows(newest.data(), locale));
        return "notification/bell :: panel";
    }

    @GetMapping("/inbox/count")
    @Requires(Permission.WORKSPACE_READ)
    String count(HttpServletRequest request, Model model) {
        model.addAttribute("unread", inbox.unread(me(request)));
        return "notification/bell :: count";
    }

    /** Said by a link while it is followed. */
    @PostMapping("/inbox/{id}/followed")
    @Requires(Permission.WORKSPACE_READ)
    ResponseEntity<Void> followed(@PathVariable String id, HttpServletRequest request) {
        inbox.read(me(request), NotificationId.of(id));
        return ResponseEntity.noContent().build();
    }

    @PostMapping("/inbox/{id}/read")
    @Requires(Permission.WORKSPACE_READ)
    String read(
            @PathVariable String id, @RequestParam(defaultValue = "unread") String tab, HttpServletRequest request) {
        return done(tab, "read", inbox.read(me(request), NotificationId.of(id)));
    }

    @PostMapping("/inbox/{id}/archive")
    @Requires(Permission.WORKSPACE_READ)
    String archive(
            @PathVariable String id, @RequestParam(defaultValue = "unread") String tab, HttpServletRequest request) {
        return done(tab, "archived", inbox.archive(me(request), NotificationId.of(id)));
    }

    @PostMapping("/inbox/read-all")
    @Requires(Permission.WORKSPACE_READ)
    String readAll(HttpServletRequest request) {
        return done("unread", "read", inbox.readAll(me(request)));
    }

    @PostMapping("/inbox/undo")
    @Requires(Permission.WORKSPACE_READ)
    String undo(
            @RequestParam String at, @RequestParam(defaultValue = "unread") String tab, HttpServletRequest request) {
        inbox.undo(me(request), at);
        return "redirect:/inbox?tab=" + tab(tab).key();
    }

    private static String done(String tab, String said, Instant at) {
        return "redirect:/inbox?tab=" + tab(tab).key() + "&said=" + said + "&undo=" + at;
    }

    private List<InboxRow> rows(List<Entry> entries, Locale locale) {
        return entries.stream().map(entry -> InboxRow.of(entry, texts, locale)).toList();
    }

    private Map<String, String> kinds(UUID member, Locale locale) {
        Map<String, String> kinds = new LinkedHashMap<>();
        inbox.kinds(member).forEach(key -> kinds.put(key, texts.kind(key, locale)));
        return kinds;
    }

    private static @Nullable String next(Page<Entry> page, String tab, String kind) {
        return page.next() == null
                ? null
                : UriComponentsBuilder.fromPath("/inbox")
                        .queryParam("tab", tab)
                        .queryParam("kind", kind)
                        .queryParam("cursor", page.next())
                        .toUriString();
    }

    private static Tab tab(String key) {
        for (Tab tab : Tab.values()) {
            if (tab.key().equals(key)) {
                return tab;
            }
        }
        throw CoreError.INVALID_VALUE.at("tab", key);
    }

    private static UUID me(HttpServletRequest request) {
        return Caller.require(request).member();
    }
}
