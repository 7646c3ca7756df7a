package io.opsdeck.web.outbound;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.outbound.Freezes;
import io.opsdeck.core.outbound.Freezes.Scope;
import io.opsdeck.core.outbound.Lanes;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.Outbound.DeliveryFilter;
import io.opsdeck.core.outbound.Outbound.DeliveryView;
import io.opsdeck.core.outbound.Outbound.Resolution;
import io.opsdeck.core.outbound.OutboundError;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.outbound.OutboundState;
import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.web.outbound.Places.Known;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.util.UriComponentsBuilder;

/** What leaves the workspace: deliveries, what holds them up, and how to stop them. */
@PageController
class OutboundPageController {

    private static final int PAGE = 50;
    private static final int UNCERTAIN_ON_TOP = 20;

    private final Outbound outbound;
    private final DeliverySight sight;
    private final Lanes lanes;
    private final Freezes freezes;
    private final Webhooks webhooks;
    private final Places places;
    private final TestMail testMail;
    private final Html html;

    OutboundPageController(
            Outbound outbound,
            DeliverySight sight,
            Lanes lanes,
            Freezes freezes,
            Webhooks webhooks,
            Places places,
            TestMail testMail,
            Html html) {
        this.outbound = outbound;
        this.sight = sight;
        this.lanes = lanes;
        this.freezes = freezes;
        this.webhooks = webhooks;
        this.places = places;
        this.testMail = testMail;
        this.html = html;
    }

    @GetMapping("/outbound")
    @Requires(Permission.OUTBOUND_READ)
    String list(
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "") String where,
            @RequestParam(required = false) @Nullable String cursor,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Known known = places.known(locale);
        deliveries(model, known, state, where, cursor);
        model.addAttribute("mayManage", Caller.require(request).may(Permission.OUTBOUND_MANAGE));
        if (request.getHeader("HX-Request") != null) {
            return "outbound/list :: rows";
        }
        model.addAttribute("form", new FreezeForm("", ""));
        return around(model, known, request, locale);
    }

    @GetMapping("/outbound/{id}")
    @Requires(Permission.OUTBOUND_READ)
    String one(
            @PathVariable String id,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        response.addHeader("Vary", "HX-Request");
        Access access = Caller.require(request);
        DeliveryView delivery = outbound.require(OutboundId.of(id));
        boolean isWebhook = delivery.kind().equals(Webhooks.KIND);
        boolean mayWebhooks = access.may(Permission.WEBHOOK_MANAGE);
        model.addAttribute("delivery", delivery);
        model.addAttribute(
                "attempts",
                outbound.attempts(delivery.id()).stream()
                        .map(attempt -> sight.attempt(attempt, access))
                        .toList());
        model.addAttribute("names", places.known(locale).texts());
        model.addAttribute("mayManage", access.may(Permission.OUTBOUND_MANAGE));
        model.addAttribute(
                "endpoint",
                isWebhook
                                && mayWebhooks
                                && webhooks.list().stream()
                                        .anyMatch(each -> each.id().toString().equals(delivery.lane()))
                        ? delivery.lane()
                        : null);
        model.addAttribute("body", isWebhook && mayWebhooks ? sight.body(webhooks.body(delivery.id()), access) : "");
        return request.getHeader("HX-Request") == null ? "outbound/one" : "outbound/one :: course";
    }

    @PostMapping("/outbound/{id}/resend")
    @Requires(Permission.OUTBOUND_MANAGE)
    String resend(@PathVariable String id) {
        return "redirect:/outbound/" + outbound.resend(OutboundId.of(id));
    }

    @PostMapping("/outbound/{id}/cancel")
    @Requires(Permission.OUTBOUND_MANAGE)
    String cancel(@PathVariable String id) {
        outbound.cancel(OutboundId.of(id));
        return "redirect:/outbound/" + id;
    }

    @PostMapping("/outbound/{id}/resolve")
    @Requires(Permission.OUTBOUND_MANAGE)
    String resolve(@PathVariable String id, @RequestParam(defaultValue = "") String as) {
        OutboundId delivery = outbound.require(OutboundId.of(id)).id();
        outbound.resolve(
                delivery,
                Arrays.stream(Resolution.values())
                        .filter(each -> each.name().equals(as))
                        .findFirst()
                        .orElseThrow(() -> CoreError.INVALID_VALUE.at("as", as)));
        DeliveryView resolved = outbound.require(delivery);
        return "redirect:/outbound/" + (resolved.resentAs() == null ? resolved.id() : resolved.resentAs());
    }

    @PostMapping("/outbound/freezes")
    @Requires(Permission.OUTBOUND_MANAGE)
    String freeze(
            @ModelAttribute("form") FreezeForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Known known = places.known(locale);
        Optional<UUID> frozen =
                html.submit(errors, locale, () -> freezes.freeze(scope(known, form.scope()), form.reason()));
        if (frozen.isPresent()) {
            return "redirect:/outbound";
        }
        response.setStatus(422);
        deliveries(model, known, "", "", null);
        model.addAttribute("mayManage", true);
        model.addAttribute("stopping", true);
        return around(model, known, request, locale);
    }

    @PostMapping("/outbound/freezes/{id}/lift")
    @Requires(Permission.OUTBOUND_MANAGE)
    String lift(@PathVariable String id) {
        UUID freeze;
        try {
            freeze = UUID.fromString(id);
        } catch (IllegalArgumentException e) {
            throw OutboundError.FREEZE_NOT_FOUND.exception(e);
        }
        freezes.lift(freeze);
        return "redirect:/outbound";
    }

    /** Limits how fast a lane goes; an empty number takes the limit away. */
    @PostMapping("/outbound/limit")
    @Requires(Permission.OUTBOUND_MANAGE)
    String limit(
            @RequestParam(defaultValue = "") String where,
            @RequestParam(defaultValue = "") String perMinute,
            Locale locale) {
        Place place = places.known(locale).require(where, "where");
        if (place.lane() == null) {
            throw CoreError.INVALID_VALUE.at("where", where);
        }
        lanes.limit(place.kind(), place.lane(), number(perMinute.strip()));
        return "redirect:/outbound";
    }

    @PostMapping("/outbound/test-mail")
    @Requires(Permission.OUTBOUND_MANAGE)
    String testMail(HttpServletRequest request, Locale locale) {
        return testMail.send(Caller.require(request), locale)
                .map(mail -> "redirect:/outbound/" + mail)
                .orElse("redirect:/outbound");
    }

    private void deliveries(Model model, Known known, String state, String where, @Nullable String cursor) {
        Page<DeliveryView> page = outbound.page(filter(known, state, where), cursor, PAGE);
        model.addAttribute("page", page);
        model.addAttribute("state", state);
        model.addAttribute("where", where);
        model.addAttribute("states", OutboundState.values());
        model.addAttribute("places", known.places());
        model.addAttribute("names", known.texts());
        model.addAttribute(
                "next",
                page.next() == null
                        ? null
                        : UriComponentsBuilder.fromPath("/outbound")
                                .queryParam("state", state)
                                .queryParam("where", where)
                                .queryParam("cursor", page.next())
                                .toUriString());
    }

    private String around(Model model, Known known, HttpServletRequest request, Locale locale) {
        Access access = Caller.require(request);
        int uncertain = outbound.uncertain();
        var undecided = new DeliveryFilter(null, null, OutboundState.UNCERTAIN, null, null);
        model.addAttribute("uncertainCount", uncertain);
        model.addAttribute(
                "uncertain",
                uncertain == 0
                        ? List.of()
                        : outbound.page(undecided, null, UNCERTAIN_ON_TOP).data());
        model.addAttribute("freezes", freezes.list());
        model.addAttribute("lanes", known.lanes());
        Map<String, String> shares = new TreeMap<>();
        known.lanes()
                .forEach(lane -> shares.put(
                        lane.kind() + "/" + lane.lane(), Objects.requireNonNullElse(Share.text(lane, locale), "–")));
        model.addAttribute("shares", shares);
        model.addAttribute("mailPossible", testMail.isPossible());
        model.addAttribute("mail", access.mail());
        return "outbound/list";
    }

    private static Scope scope(Known known, String key) {
        if (key.isEmpty()) {
            return Scope.everything();
        }
        Place place = known.require(key, "/scope");
        return new Scope(place.kind(), place.lane());
    }

    private static @Nullable Integer number(String text) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return Integer.valueOf(text);
        } catch (NumberFormatException e) {
            throw CoreError.INVALID_VALUE.at("perMinute", text);
        }
    }

    static DeliveryFilter filter(Known known, String state, String where) {
        Place place = where.isEmpty() ? null : known.require(where, "where");
        return new DeliveryFilter(
                place == null ? null : place.kind(), place == null ? null : place.lane(), state(state), null, null);
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
     * A new freeze.
     *
     * @param scope key of a place, empty for everything
     */
    record FreezeForm(String scope, String reason) {

        /** A field that a form leaves out is an empty one. */
        FreezeForm {
            scope = Objects.requireNonNullElse(scope, "");
            reason = Objects.requireNonNullElse(reason, "");
        }
    }
}
