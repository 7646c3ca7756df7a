package io.opsdeck.web.member;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleView;
import io.opsdeck.core.security.Roles;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The team of a workspace: list, invite, change roles, remove. */
@PageController
class MemberPageController {

    private final Members members;
    private final Invitations invitations;
    private final Roles roles;
    private final Html html;
    private final String baseUrl;

    MemberPageController(
            Members members,
            Invitations invitations,
            Roles roles,
            Html html,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.members = members;
        this.invitations = invitations;
        this.roles = roles;
        this.html = html;
        this.baseUrl = baseUrl;
    }

    @GetMapping("/members")
    @Requires(Permission.MEMBER_READ)
    String list(
            @RequestParam(defaultValue = "") String q,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        model.addAttribute("form", new InviteForm("", Role.OPERATOR.key()));
        fill(model, q, request);
        return request.getHeader("HX-Request") == null ? "member/list" : "member/list :: rows";
    }

    @PostMapping("/members/invitations")
    @Requires(Permission.MEMBER_MANAGE)
    String invite(
            @ModelAttribute("form") InviteForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Access by = Caller.require(request);
        Optional<String> code = html.submit(
                errors,
                locale,
                () -> invitations.invite(form.mail(), roles.named(form.role(), "/role"), by.member(), by.authority()));
        code.ifPresent(fresh -> {
            model.addAttribute("link", baseUrl + "/invitations/" + fresh);
            model.addAttribute("linkFor", form.mail());
        });
        if (code.isEmpty()) {
            response.setStatus(422);
        }
        fill(model, "", request);
        return "member/list";
    }

    @PostMapping("/members/invitations/{id}/withdraw")
    @Requires(Permission.MEMBER_MANAGE)
    String withdraw(@PathVariable String id) {
        invitations.withdraw(id(id, CoreError.INVITATION_NOT_FOUND));
        return "redirect:/members";
    }

    @PostMapping("/members/{id}/role")
    @Requires(Permission.MEMBER_MANAGE)
    String role(@PathVariable String id, @RequestParam String role, HttpServletRequest request) {
        Access by = Caller.require(request);
        members.changeRole(id(id, CoreError.MEMBER_NOT_FOUND), roles.named(role, "/role"), by.authority());
        return "redirect:/members";
    }

    @PostMapping("/members/{id}/remove")
    @Requires(Permission.MEMBER_MANAGE)
    String remove(@PathVariable String id, HttpServletRequest request) {
        Access by = Caller.require(request);
        members.remove(id(id, CoreError.MEMBER_NOT_FOUND), by.member(), by.authority());
        return "redirect:/members";
    }

    private void fill(Model model, String q, HttpServletRequest request) {
        Access access = Caller.require(request);
        model.addAttribute("q", q);
        model.addAttribute("members", members.list(q));
        model.addAttribute("invitations", invitations.list());
        model.addAttribute("me", access.member());
        model.addAttribute("mayProvision", access.may(Permission.SCIM_MANAGE));
        model.addAttribute("mayManage", access.may(Permission.MEMBER_MANAGE));
        model.addAttribute(
                "roles",
                roles.list().stream()
                        .filter(access.authority()::covers)
                        .map(RoleView::role)
                        .toList());
    }

    static UUID id(String text, CoreError otherwise) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw otherwise.exception(e);
        }
    }

    /** Whom to invite, and as what. */
    record InviteForm(String mail, String role) {

        /** A field that a form leaves out is an empty one. */
        InviteForm {
            mail = Objects.requireNonNullElse(mail, "");
            role = Objects.requireNonNullElse(role, "");
        }
    }
}
