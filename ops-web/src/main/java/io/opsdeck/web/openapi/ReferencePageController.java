package io.opsdeck.web.openapi;

import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The API for people who write programs against it. */
@PageController
class ReferencePageController {

    private final ReferencePage page;

    ReferencePageController(ReferencePage page) {
        this.page = page;
    }

    @GetMapping("/api-reference")
    @Requires(Permission.WORKSPACE_READ)
    String show(@RequestParam(defaultValue = "") String q, HttpServletRequest request, Model model) {
        model.addAttribute("q", q);
        model.addAttribute("subjects", page.subjects(q));
        model.addAttribute("introduction", page.introduction());
        model.addAttribute("mayManageTokens", Caller.require(request).may(Permission.TOKEN_MANAGE));
        return "openapi/reference";
    }
}
