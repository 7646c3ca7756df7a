package io.opsdeck.web.member;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.member.Members.MemberView;
import io.opsdeck.core.member.PasswordResets;
import io.opsdeck.core.member.TwoStep;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.security.Sessions;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Duration;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Where members are signed in and how they come in: oneself, and a member for whoever manages the team. */
@PageController
class SessionPageController {

    private final Sessions sessions;
    private final Members members;
    private final PasswordResets resets;
    private final TwoStep twoStep;
    private final MessageSource messages;
    private final Duration idle;
    private final Duration lifetime;
    private final String baseUrl;

    SessionPageController(
            Sessions sessions,
            Members members,
            PasswordResets resets,
            TwoStep twoStep,
            MessageSource messages,
            @Value("${opsdeck.session.idle}") Duration idle,
            @Value("${opsdeck.session.lifetime}") Duration lifetime,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.sessions = sessions;
        this.members = members;
        this.resets = resets;
        this.twoStep = twoStep;
        this.messages = messages;
        this.idle = idle;
        this.lifetime = lifetime;
        this.baseUrl = baseUrl;
    }

    @GetMapping("/account/sessions")
    @Requires(Permission.WORKSPACE_READ)
    String own(HttpServletRequest request, Locale locale, Model model) {
        return show(model, Caller.require(request).member(), null, request, locale);
    }

    @PostMapping("/account/sessions/{id}/end")
    @Requires(Permission.WORKSPACE_READ)
    String endOwn(@PathVariable String id, HttpServletRequest request) {
        Access me = Caller.require(request);
        sessions.end(me.member(), me.name(), id);
        return "redirect:/account/sessions";
    }

    @PostMapping("/account/sessions/end-others")
    @Requires(Permission.WORKSPACE_READ)
    String endOthers(HttpServletRequest request) {
        Access me = Caller.require(request);
        sessions.endOthers(me.member(), me.name(), request);
        return "redirect:/account/sessions";
    }

    @GetMapping("/members/{id}/sessions")
    @Requires(Permission.MEMBER_MANAGE)
    String of(@PathVariable String id, HttpServletRequest request, Locale locale, Model model) {
        MemberView member = require(id);
        return show(model, member.id(), member, request, locale);
    }

    @PostMapping("/members/{id}/sessions/{session}/end")
    @Requires(Permission.MEMBER_MANAGE)
    String end(@PathVariable String id, @PathVariable String session) {
        MemberView member = require(id);
        sessions.end(member.id(), member.name(), session);
        return "redirect:/members/" + member.id() + "/sessions";
    }

    @PostMapping("/members/{id}/sign-out")
    @Requires(Permission.MEMBER_MANAGE)
    String signOut(@PathVariable String id) {
        MemberView member = require(id);
        members.signOutEverywhere(member.id());
        sessions.endAll(member.id());
        return "redirect:/members/" + member.id() + "/sessions";
    }

    /** Shows the link, which cannot be read a second time. */
    @PostMapping("/members/{id}/password-reset")
    @Requires(Permission.MEMBER_MANAGE)
    String resetPassword(@PathVariable String id, HttpServletRequest request, Locale locale, Model model) {
        MemberView member = require(id);
        String code = resets.hand(member.id(), Caller.require(request).member());
        model.addAttribute("link", baseUrl + "/password-resets/" + code);
        return show(model, member.id(), member, request, locale);
    }

    @PostMapping("/members/{id}/two-step/reset")
    @Requires(Permission.MEMBER_MANAGE)
    String resetTwoStep(@PathVariable String id, HttpServletRequest request) {
        MemberView member = require(id);
        twoStep.reset(member.id(), Caller.require(request).member());
        return "redirect:/members/" + member.id() + "/sessions";
    }

    private MemberView require(String id) {
        return members.one(MemberPageController.id(id, CoreError.MEMBER_NOT_FOUND));
    }

    private String show(
            Model model, UUID member, @Nullable MemberView other, HttpServletRequest request, Locale locale) {
        Access me = Caller.require(request);
        model.addAttribute("member", other);
        model.addAttribute(
                "mayOpen",
                other != null && me.role() == Role.OWNER && !other.id().equals(me.member()));
        model.addAttribute("sessions", sessions.list(member, request));
        model.addAttribute("idle", text(idle, locale));
        model.addAttribute("lifetime", text(lifetime, locale));
        return "member/sessions";
    }

    private String text(Duration time, Locale locale) {
        return time.toMinutes() % 60 == 0
                ? messages.getMessage("session.hours", new Object[] {time.toHours()}, locale)
                : messages.getMessage("session.minutes", new Object[] {time.toMinutes()}, locale);
    }
}
