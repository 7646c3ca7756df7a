package io.opsdeck.web.signon;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Preset;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.signon.ConfigureProvider;
import io.opsdeck.core.signon.ProviderSettings;
import io.opsdeck.core.signon.Providers;
import io.opsdeck.core.signon.SignOn;
import io.opsdeck.core.signon.SignOnError;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The provider of the installation. */
@PageController
class ProviderPageController {

    private final Providers providers;
    private final Members members;
    private final Html html;
    private final MessageSource messages;
    private final String baseUrl;

    ProviderPageController(
            Providers providers,
            Members members,
            Html html,
            MessageSource messages,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.providers = providers;
        this.members = members;
        this.html = html;
        this.messages = messages;
        this.baseUrl = baseUrl;
    }

    @GetMapping("/settings/sign-on")
    @Requires(Permission.WORKSPACE_MANAGE)
    String page(
            @RequestParam(defaultValue = "false") boolean saved,
            HttpServletRequest request,
            Locale locale,
            Model model) {
        requireOwner(request);
        model.addAttribute("form", providers.find().map(ProviderForm::of).orElse(ProviderForm.empty()));
        model.addAttribute("saved", saved);
        return show(model, locale);
    }

    @PostMapping("/settings/sign-on")
    @Requires(Permission.WORKSPACE_MANAGE)
    String save(
            @ModelAttribute("form") ProviderForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        UUID me = requireOwner(request);
        boolean saved = html.submit(errors, locale, () -> {
                    providers.configure(form.wish(), me);
                    return true;
                })
                .isPresent();
        if (saved) {
            return "redirect:/settings/sign-on?saved=true";
        }
        response.setStatus(422);
        return show(model, locale);
    }

    @PostMapping("/settings/sign-on/remove")
    @Requires(Permission.WORKSPACE_MANAGE)
    String remove(HttpServletRequest request) {
        providers.remove(requireOwner(request));
        return "redirect:/settings/sign-on";
    }

    private UUID requireOwner(HttpServletRequest request) {
        UUID me = Caller.require(request).member();
        if (!providers.mayConfigure(me)) {
            throw SignOnError.SIGN_ON_ELSEWHERE.exception();
        }
        return me;
    }

    private String show(Model model, Locale locale) {
        Map<String, String> roles = new LinkedHashMap<>();
        for (Preset role : Preset.values()) {
            if (role != Preset.OWNER) {
                roles.put(role.key(), messages.getMessage("role." + role.key(), null, locale));
            }
        }
        model.addAttribute("provider", providers.find().orElse(null));
        model.addAttribute("roles", roles);
        model.addAttribute("callback", baseUrl + SignOn.CALLBACK);
        model.addAttribute(
                "owners",
                members.list("").stream()
                        .filter(member -> member.role().isOwner() && member.password())
                        .toList());
        return "signon/settings";
    }

    /**
     * The settings as typed; a secret is never given back.
     *
     * @param only {@code true} or empty
     * @param exempt ids of members
     */
    record ProviderForm(
            String issuer,
            String clientId,
            String clientSecret,
            String label,
            String domains,
            String role,
            String only,
            List<String> exempt) {

        private static final String YES = "true";

        /** A field that a form leaves out is an empty one. */
        ProviderForm {
            issuer = Objects.requireNonNullElse(issuer, "");
            clientId = Objects.requireNonNullElse(clientId, "");
            clientSecret = Objects.requireNonNullElse(clientSecret, "");
            label = Objects.requireNonNullElse(label, "");
            domains = Objects.requireNonNullElse(domains, "");
            role = Objects.requireNonNullElse(role, Role.VIEWER.key());
            only = YES.equals(only) ? YES : "";
            exempt = Objects.requireNonNullElse(exempt, List.of());
        }

        static ProviderForm empty() {
            return new ProviderForm("", "", "", "", "", Role.VIEWER.key(), "", List.of());
        }

        static ProviderForm of(ProviderSettings settings) {
            return new ProviderForm(
                    settings.issuer(),
                    settings.clientId(),
                    "",
                    settings.label(),
                    String.join(", ", settings.domains()),
                    settings.role().key(),
                    settings.only() ? YES : "",
                    settings.exempt().stream().map(UUID::toString).toList());
        }

        ConfigureProvider wish() {
            return new ConfigureProvider(
                    issuer,
                    clientId,
                    clientSecret,
                    label,
                    domains,
                    role,
                    only.equals(YES),
                    exempt.stream().map(ProviderForm::member).collect(Collectors.toUnmodifiableSet()));
        }

        private static UUID member(String id) {
            try {
                return UUID.fromString(id);
            } catch (IllegalArgumentException e) {
                throw CoreError.MEMBER_NOT_FOUND.exception(e);
            }
        }
    }
}
