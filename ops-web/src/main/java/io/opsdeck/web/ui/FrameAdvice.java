package io.opsdeck.web.ui;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.outbound.Freezes;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.WorkspaceView;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Cookies;
import io.opsdeck.web.security.PageController;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ModelAttribute;

/** Gives each page its frame. */
@ControllerAdvice(annotations = PageController.class)
class FrameAdvice {

    private static final String TONES = "abcd";

    private final Workspaces workspaces;
    private final Freezes freezes;
    private final RoleWords words;
    private final Cookies cookies;
    private final boolean plainHttp;

    FrameAdvice(
            Workspaces workspaces,
            Freezes freezes,
            RoleWords words,
            Cookies cookies,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.workspaces = workspaces;
        this.freezes = freezes;
        this.words = words;
        this.cookies = cookies;
        this.plainHttp = baseUrl.startsWith("http://")
                && !baseUrl.startsWith("http://localhost")
                && !baseUrl.startsWith("http://127.0.0.1");
    }

    @ModelAttribute("frame")
    @Nullable
    Frame frame(HttpServletRequest request, Locale locale) {
        return Caller.find(request)
                .map(access -> frame(access, request, locale))
                .orElse(null);
    }

    private Frame frame(Access access, HttpServletRequest request, Locale locale) {
        List<WorkspaceView> all = workspaces.list(access.workspaces());
        WorkspaceView current = workspaces.require(access.workspace());
        return new Frame(
                navigation(access, request.getRequestURI()),
                choice(current),
                all.stream().map(FrameAdvice::choice).toList(),
                access.name(),
                access.mail(),
                initials(access.name()),
                tone(access.name()),
                cookies.find(request, "od-theme").orElse("auto"),
                cookies.find(request, "od-density").orElse("comfortable"),
                cookies.find(request, "od-nav").orElse("full").equals("mini"),
                locale.toLanguageTag(),
                current.settings().timeZone().getId(),
                Arrays.stream(Creatable.values())
                        .filter(each -> access.may(each.permission()))
                        .map(each -> new Frame.Item(each.key(), each.icon(), each.href(), false, 0))
                        .toList(),
                access.may(Permission.JOB_READ),
                plainHttp ? "banner.plain_http" : null,
                access.viewing() ? words.name(access.role(), locale) : null,
                freezes.list().stream()
                        .filter(freeze -> freeze.scope().kind() == null)
                        .findFirst()
                        .orElse(null),
                access.may(Permission.OUTBOUND_READ),
                access.may(Pages.INBOX.permission()));
    }

    static String initials(String name) {
        String text = name.strip();
        if (text.isEmpty()) {
            return "?";
        }
        int first = text.codePointAt(0);
        if (Character.isIdeographic(first)) {
            return Character.toString(first);
        }
        int space = text.lastIndexOf(' ');
        String second = space > 0 && space + 1 < text.length() ? Character.toString(text.codePointAt(space + 1)) : "";
        return (Character.toString(first) + second).toUpperCase(Locale.ROOT);
    }

    static String tone(String name) {
        return String.valueOf(TONES.charAt(Math.floorMod(name.hashCode(), TONES.length())));
    }

    private static List<Frame.Group> navigation(Access access, String path) {
        return Pages.groups().stream()
                .map(group -> new Frame.Group(
                        group,
                        Arrays.stream(Pages.values())
                                .filter(page -> page.group().equals(group) && access.may(page.permission()))
                                .map(page ->
                                        new Frame.Item(page.key(), page.icon(), page.href(), page.isCurrent(path), 0))
                                .toList()))
                .filter(group -> !group.items().isEmpty())
                .toList();
    }

    private static Frame.Choice choice(WorkspaceView view) {
        return new Frame.Choice(view.id().toString(), view.settings().name());
    }
}
