package io.opsdeck.web.ui;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Cookies;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.security.Sessions;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import java.util.Locale;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The reader's language and the workspace he looks at. */
@PageController
class PreferencesPageController {

    private final Members members;
    private final Sessions sessions;
    private final Cookies cookies;

    PreferencesPageController(Members members, Sessions sessions, Cookies cookies) {
        this.members = members;
        this.sessions = sessions;
        this.cookies = cookies;
    }

    @PostMapping("/preferences/language")
    @Open("the sign-in page can be read in both languages")
    String language(@RequestParam String lang, HttpServletRequest request, HttpServletResponse response) {
        Locale locale = Languages.known(lang).orElseThrow(CoreError.INVALID_LOCALE::exception);
        Caller.find(request).ifPresent(access -> members.prefer(access.member(), locale.toLanguageTag()));
        response.addHeader(
                HttpHeaders.SET_COOKIE,
                cookies.choice(Languages.COOKIE, locale.toLanguageTag()).toString());
        response.setHeader("Location", back(request));
        response.setStatus(HttpServletResponse.SC_SEE_OTHER);
        return "error/fragment";
    }

    @PostMapping("/preferences/workspace")
    @Requires(Permission.WORKSPACE_READ)
    String workspace(@RequestParam String id, HttpServletRequest request) {
        Access access = Caller.require(request);
        WorkspaceId wished = WorkspaceId.of(id);
        if (!access.workspaces().contains(wished)) {
            throw CoreError.WORKSPACE_NOT_FOUND.exception();
        }
        sessions.look(request, wished);
        return "redirect:/";
    }

    /** The path of the page the form stood on; its host is not looked at. */
    private static String back(HttpServletRequest request) {
        String referer = request.getHeader("Referer");
        if (referer == null) {
            return "/";
        }
        try {
            URI from = URI.create(referer);
            String path = from.getRawPath();
            boolean local = path != null && path.startsWith("/") && !path.startsWith("//");
            return !local ? "/" : from.getRawQuery() == null ? path : path + "?" + from.getRawQuery();
        } catch (IllegalArgumentException e) {
            return "/";
        }
    }
}
