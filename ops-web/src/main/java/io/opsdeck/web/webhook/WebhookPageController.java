package io.opsdeck.web.webhook;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.outbound.Lanes;
import io.opsdeck.core.outbound.Lanes.LaneView;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.Outbound.DeliveryFilter;
import io.opsdeck.core.outbound.Outbound.DeliveryView;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.OutboundState;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.webhook.EndpointId;
import io.opsdeck.core.webhook.EndpointSettings;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.webhook.Webhooks.EndpointView;
import io.opsdeck.core.webhook.Webhooks.NewEndpoint;
import io.opsdeck.core.workspace.Workspaces;
import io.opsdeck.web.outbound.DeliverySight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** Which other services are told what happens, and how that goes. */
@PageController
class WebhookPageController {

    private static final int PAGE = 50;
    private static final String PERSONAL = "personal";

    /** What the page of an endpoint may say was done. */
    private static final List<String> SAID = List.of("saved", "enabled", "pinged");

    private final Webhooks webhooks;
    private final Outbound outbound;
    private final DeliverySight sight;
    private final Lanes lanes;
    private final Workspaces workspaces;
    private final Clock clock;
    private final Html html;

    WebhookPageController(
            Webhooks webhooks,
            Outbound outbound,
            DeliverySight sight,
            Lanes lanes,
            Workspaces workspaces,
            Clock clock,
            Html html) {
        this.webhooks = webhooks;
        this.outbound = outbound;
        this.sight = sight;
        this.lanes = lanes;
        this.workspaces = workspaces;
        this.clock = clock;
        this.html = html;
    }

    @GetMapping("/webhooks")
    @Requires(Permission.WEBHOOK_MANAGE)
    String list(Locale locale, Model model) {
        Map<String, LaneView> fare =
                lanes.list(Webhooks.KIND).stream().collect(Collectors.toMap(LaneView::lane, Function.identity()));
        model.addAttribute(
                "rows",
                webhooks.list().stream()
                        .map(each -> EndpointRow.of(each, fare.get(each.id().toString()), locale))
                        .toList());
        return "webhook/list";
    }

    @GetMapping("/webhooks/new")
    @Requires(Permission.WEBHOOK_MANAGE)
    String fresh(Model model) {
        model.addAttribute("form", new EndpointForm("", "", List.of(), "", ""));
        return form(model, null);
    }

    @PostMapping("/webhooks")
    @Requires(Permission.WEBHOOK_MANAGE)
    String create(
            @ModelAttribute("form") EndpointForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Optional<NewEndpoint> made = html.submit(errors, locale, () -> {
            EndpointSettings settings = form.settings();
            sight.requireMaySet(settings, Caller.require(request));
            return webhooks.create(settings);
        });
        if (made.isPresent()) {
            return show(model, webhooks.require(made.get().id()), made.get().secret(), "", null, request, locale);
        }
        response.setStatus(422);
        return form(model, null);
    }

    /** An endpoint with its deliveries; its secret is on the page only right after it was made. */
    @GetMapping("/webhooks/{id}")
    @Requires(Permission.WEBHOOK_MANAGE)
    String one(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String state,
            @RequestParam(required = false) @Nullable String cursor,
            @RequestParam(defaultValue = "") String resent,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        model.addAttribute("resent", resent.matches("[0-9]{1,4}") ? Integer.valueOf(resent) : null);
        response.addHeader("Vary", "HX-Request");
        EndpointView endpoint = webhooks.require(EndpointId.of(id));
        String page = show(model, endpoint, null, state, cursor, request, locale);
        return request.getHeader("HX-Request") == null ? page : page + " :: rows";
    }

    @GetMapping("/webhooks/{id}/edit")
    @Requires(Permission.WEBHOOK_MANAGE)
    String edit(@PathVariable String id, Model model) {
        EndpointView endpoint = webhooks.require(EndpointId.of(id));
        model.addAttribute("form", EndpointForm.of(endpoint.settings()));
        return form(model, endpoint);
    }

    @PostMapping("/webhooks/{id}/edit")
    @Requires(Permission.WEBHOOK_MANAGE)
    String change(
            @PathVariable String id,
            @ModelAttribute("form") EndpointForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        EndpointView endpoint = webhooks.require(EndpointId.of(id));
        Optional<EndpointId> changed = html.submit(errors, locale, () -> {
            EndpointSettings settings = form.settings();
            sight.requireMaySet(settings, Caller.require(request));
            webhooks.change(endpoint.id(), settings);
            return endpoint.id();
        });
        if (changed.isPresent()) {
            return "redirect:/webhooks/" + endpoint.id() + "?said=saved";
        }
        response.setStatus(422);
        return form(model, endpoint);
    }

    @PostMapping("/webhooks/{id}/rotate")
    @Requires(Permission.WEBHOOK_MANAGE)
    String rotate(@PathVariable String id, HttpServletRequest request, Locale locale, Model model) {
        EndpointId endpoint = EndpointId.of(id);
        String secret = webhooks.rotateSecret(endpoint);
        return show(model, webhooks.require(endpoint), secret, "", null, request, locale);
    }

    @PostMapping("/webhooks/{id}/ping")
    @Requires(Permission.WEBHOOK_MANAGE)
    String ping(@PathVariable String id, HttpServletRequest request) {
        OutboundId delivery = webhooks.ping(EndpointId.of(id));
        return Caller.require(request).may(Permission.OUTBOUND_READ)
                ? "redirect:/outbound/" + delivery
                : "redirect:/webhooks/" + id + "?said=pinged";
    }

    @PostMapping("/webhooks/{id}/enable")
    @Requires(Permission.WEBHOOK_MANAGE)
    String enable(@PathVariable String id) {
        webhooks.enable(EndpointId.of(id));
        return "redirect:/webhooks/" + id + "?said=enabled";
    }

    @PostMapping("/webhooks/{id}/disable")
    @Requires(Permission.WEBHOOK_MANAGE)
    String disable(@PathVariable String id) {
        webhooks.disable(EndpointId.of(id));
        return "redirect:/webhooks/" + id;
    }

    @PostMapping("/webhooks/{id}/delete")
    @Requires(Permission.WEBHOOK_MANAGE)
    String delete(@PathVariable String id) {
        webhooks.remove(EndpointId.of(id));
        return "redirect:/webhooks";
    }

    /** Resends what did not arrive in a stretch of time, given in the zone of the workspace. */
    @PostMapping("/webhooks/{id}/resend")
    @Requires(Permission.WEBHOOK_MANAGE)
    String resend(
            @PathVariable String id,
            @RequestParam(defaultValue = "") String from,
            @RequestParam(defaultValue = "") String to,
            HttpServletRequest request) {
        EndpointView endpoint = webhooks.require(EndpointId.of(id));
        ZoneId zone = zone(request);
        int count = outbound.resend(
                Webhooks.KIND, endpoint.id().toString(), instant(from, "from", zone), instant(to, "to", zone));
        return "redirect:/webhooks/" + endpoint.id() + "?resent=" + count;
    }

    private String form(Model model, @Nullable EndpointView endpoint) {
        model.addAttribute("endpoint", endpoint);
        model.addAttribute("types", webhooks.types());
        return "webhook/form";
    }

    private String show(
            Model model,
            EndpointView endpoint,
            @Nullable String secret,
            String state,
            @Nullable String cursor,
            HttpServletRequest request,
            Locale locale) {
        String id = endpoint.id().toString();
        Page<DeliveryView> page =
                outbound.page(new DeliveryFilter(Webhooks.KIND, id, state(state), null, null), cursor, PAGE);
        LaneView lane = lanes.list(Webhooks.KIND).stream()
                .filter(each -> each.lane().equals(id))
                .findFirst()
                .orElse(null);
        LocalDateTime now =
                LocalDateTime.ofInstant(clock.instant(), zone(request)).truncatedTo(ChronoUnit.MINUTES);
        model.addAttribute("row", EndpointRow.of(endpoint, lane, locale));
        String said = request.getParameter("said");
        model.addAttribute("said", said != null && SAID.contains(said) ? said : null);
        model.addAttribute("endpoint", endpoint);
        model.addAttribute("secret", secret);
        model.addAttribute("page", page);
        model.addAttribute("state", state);
        model.addAttribute("states", OutboundState.values());
        model.addAttribute("from", now.minus(Duration.ofDays(1)));
        model.addAttribute("to", now.plusMinutes(1));
        model.addAttribute("checks", SignatureCheck.all());
        model.addAttribute("mayRead", Caller.require(request).may(Permission.OUTBOUND_READ));
        model.addAttribute(
                "next",
                page.next() == null
                        ? null
                        : UriComponentsBuilder.fromPath("/webhooks/" + id)
                                .queryParam("state", state)
                                .queryParam("cursor", page.next())
                                .toUriString());
        return "webhook/one";
    }

    private ZoneId zone(HttpServletRequest request) {
        return workspaces
                .require(Caller.require(request).workspace())
                .settings()
                .timeZone();
    }

    private static Instant instant(String local, String parameter, ZoneId zone) {
        try {
            return LocalDateTime.parse(local).atZone(zone).toInstant();
        } catch (DateTimeParseException e) {
            throw CoreError.INVALID_VALUE.at(parameter, local);
        }
    }

    private static @Nullable OutboundState state(String name) {
        if (name.isEmpty()) {
            return null;
        }
        return Arrays.stream(OutboundState.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> CoreError.INVALID_VALUE.at("state", name));
    }

    /**
     * What a member says of an endpoint.
     *
     * @param data {@value WebhookPageController#PERSONAL} for data about persons, anything else for ids only
     */
    record EndpointForm(String url, String description, List<String> types, String data, String contact) {

        /** A field that a form leaves out is an empty one. */
        EndpointForm {
            url = Objects.requireNonNullElse(url, "");
            description = Objects.requireNonNullElse(description, "");
            types = Objects.requireNonNullElse(types, List.of());
            data = PERSONAL.equals(data) ? PERSONAL : "thin";
            contact = Objects.requireNonNullElse(contact, "");
        }

        static EndpointForm of(EndpointSettings settings) {
            return new EndpointForm(
                    settings.url(),
                    settings.description(),
                    settings.types(),
                    settings.personal() ? PERSONAL : "",
                    Objects.requireNonNullElse(settings.contact(), ""));
        }

        EndpointSettings settings() {
            return new EndpointSettings(url, description, types, data.equals(PERSONAL), contact);
        }
    }
}
