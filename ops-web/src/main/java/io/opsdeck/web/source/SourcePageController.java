package io.opsdeck.web.source;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.EventSources.NewSource;
import io.opsdeck.analytics.event.SourceId;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Where events come from: sources, their write keys and counters. */
@Controller
class SourcePageController {

    private final EventSources sources;
    private final Html html;
    private final String baseUrl;

    SourcePageController(EventSources sources, Html html, @Value("${opsdeck.base-url}") String baseUrl) {
        this.sources = sources;
        this.html = html;
        this.baseUrl = baseUrl;
    }

    @GetMapping("/sources")
    @Requires(Permission.SOURCE_READ)
    String list(HttpServletRequest request, Model model) {
        model.addAttribute("form", new SourceForm("", EventSources.Kind.WEB.name()));
        return show(model, request);
    }

    @PostMapping("/sources")
    @Requires(Permission.SOURCE_MANAGE)
    String create(
            @ModelAttribute("form") SourceForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Optional<NewSource> made =
                html.submit(errors, locale, () -> sources.create(form.name(), kind(form.kind()), null));
        made.ifPresent(source -> fresh(model, source));
        if (made.isEmpty()) {
            response.setStatus(422);
        }
        return show(model, request);
    }

    @PostMapping("/sources/{id}/rotate")
    @Requires(Permission.SOURCE_MANAGE)
    String rotate(@PathVariable String id, HttpServletRequest request, Model model) {
        fresh(model, sources.rotate(SourceId.of(id)));
        model.addAttribute("form", new SourceForm("", EventSources.Kind.WEB.name()));
        return show(model, request);
    }

    @PostMapping("/sources/{id}/disable")
    @Requires(Permission.SOURCE_MANAGE)
    String disable(@PathVariable String id) {
        sources.disable(SourceId.of(id));
        return "redirect:/sources";
    }

    private void fresh(Model model, NewSource source) {
        model.addAttribute("fresh", source.writeKey());
        model.addAttribute(
                "example",
                "curl -u " + source.writeKey() + ": -H 'Content-Type: application/json' \\\n  -d '"
                        + "{\"userId\":\"u1\",\"event\":\"Order Completed\",\"properties\":{\"revenue\":42}}' \\\n  "
                        + baseUrl
                        + "/v1/track");
    }

    private String show(Model model, HttpServletRequest request) {
        model.addAttribute("sources", sources.list());
        model.addAttribute("kinds", EventSources.Kind.values());
        model.addAttribute("mayManage", Caller.require(request).may(Permission.SOURCE_MANAGE));
        return "source/list";
    }

    private static EventSources.Kind kind(String name) {
        return Arrays.stream(EventSources.Kind.values())
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> CoreError.INVALID_VALUE.at("/kind", name));
    }

    /** A new source. */
    record SourceForm(String name, String kind) {

        /** A field that a form leaves out is an empty one. */
        SourceForm {
            name = Objects.requireNonNullElse(name, "");
            kind = Objects.requireNonNullElse(kind, "");
        }
    }
}
