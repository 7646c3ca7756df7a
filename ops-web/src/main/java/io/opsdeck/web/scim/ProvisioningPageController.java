package io.opsdeck.web.scim;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.scim.ScimError;
import io.opsdeck.core.scim.ScimGroups;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.RoleView;
import io.opsdeck.core.security.Roles;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Connects an identity provider: where it finds SCIM, its token, and the roles that its groups give. */
@PageController
class ProvisioningPageController {

    private static final String NAME = "SCIM";

    private final ScimGroups groups;
    private final Roles roles;
    private final ApiTokens tokens;
    private final String base;

    ProvisioningPageController(
            ScimGroups groups, Roles roles, ApiTokens tokens, @Value("${opsdeck.base-url}") String baseUrl) {
        this.groups = groups;
        this.roles = roles;
        this.tokens = tokens;
        this.base = baseUrl + ScimPaths.BASE;
    }

    @GetMapping("/members/provisioning")
    @Requires(Permission.SCIM_MANAGE)
    String page(HttpServletRequest request, Model model) {
        return show(model, request);
    }

    /** Makes a token for nothing but SCIM; it is on the page only now. */
    @PostMapping("/members/provisioning/token")
    @Requires(Permission.SCIM_MANAGE)
    String token(HttpServletRequest request, Model model) {
        Access by = Caller.require(request);
        model.addAttribute(
                "fresh", tokens.create(by.member(), by.permissions(), NAME, Set.of(Permission.SCIM_MANAGE), null));
        return show(model, request);
    }

    @PostMapping("/members/provisioning/groups/{id}/role")
    @Requires(Permission.SCIM_MANAGE)
    String role(@PathVariable String id, @RequestParam(defaultValue = "") String role, HttpServletRequest request) {
        groups.give(id(id), role, Caller.require(request).authority());
        return "redirect:/members/provisioning";
    }

    private String show(Model model, HttpServletRequest request) {
        Access access = Caller.require(request);
        model.addAttribute("base", base);
        model.addAttribute("groups", groups.list());
        model.addAttribute("mayList", access.may(Permission.TOKEN_MANAGE));
        model.addAttribute(
                "roles",
                roles.list().stream()
                        .filter(view ->
                                !view.role().isOwner() && access.authority().covers(view))
                        .map(RoleView::role)
                        .toList());
        return "scim/connect";
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw ScimError.SCIM_GROUP_NOT_FOUND.exception(e);
        }
    }
}
