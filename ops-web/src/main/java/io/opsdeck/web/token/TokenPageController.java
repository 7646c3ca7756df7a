package io.opsdeck.web.token;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** API tokens of a workspace. */
@PageController
class TokenPageController {

    /** Lifetimes to choose from, in days; 0 is for ever. */
    private static final List<Integer> LIFETIMES = List.of(30, 90, 365, 0);

    private final ApiTokens tokens;
    private final Html html;

    TokenPageController(ApiTokens tokens, Html html) {
        this.tokens = tokens;
        this.html = html;
    }

    @GetMapping("/tokens")
    @Requires(Permission.TOKEN_MANAGE)
    String list(HttpServletRequest request, Model model) {
        model.addAttribute("form", new TokenForm("", List.of(), "90"));
        fill(model, request);
        return "token/list";
    }

    @PostMapping("/tokens")
    @Requires(Permission.TOKEN_MANAGE)
    String create(
            @ModelAttribute("form") TokenForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Access by = Caller.require(request);
        Optional<String> token = html.submit(
                errors,
                locale,
                () -> tokens.create(by.member(), by.permissions(), form.name(), form.chosen(), form.lifetime()));
        token.ifPresent(fresh -> model.addAttribute("fresh", fresh));
        if (token.isEmpty()) {
            response.setStatus(422);
        }
        fill(model, request);
        return "token/list";
    }

    @PostMapping("/tokens/{id}/revoke")
    @Requires(Permission.TOKEN_MANAGE)
    String revoke(@PathVariable String id) {
        UUID token;
        try {
            token = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw CoreError.TOKEN_NOT_FOUND.exception(e);
        }
        tokens.revoke(token);
        return "redirect:/tokens";
    }

    private void fill(Model model, HttpServletRequest request) {
        model.addAttribute("tokens", tokens.list());
        model.addAttribute("lifetimes", LIFETIMES);
        model.addAttribute(
                "scopes",
                Caller.require(request).permissions().stream()
                        .map(Permission::key)
                        .toList());
    }

    /**
     * A new token.
     *
     * @param days how long it lives, 0 for ever
     */
    record TokenForm(String name, @Nullable List<String> scopes, String days) {

        /** A field that a form leaves out is an empty one. */
        TokenForm {
            name = Objects.requireNonNullElse(name, "");
            days = Objects.requireNonNullElse(days, "");
        }

        Set<Permission> chosen() {
            return scopes == null
                    ? Set.of()
                    : scopes.stream().map(Permission::of).collect(Collectors.toSet());
        }

        @Nullable
        Duration lifetime() {
            int chosen = LIFETIMES.stream()
                    .filter(known -> known.toString().equals(days))
                    .findFirst()
                    .orElseThrow(() -> CoreError.INVALID_VALUE.at("/days", days));
            return chosen == 0 ? null : Duration.ofDays(chosen);
        }
    }
}
