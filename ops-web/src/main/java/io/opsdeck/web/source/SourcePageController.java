package io.opsdeck.web.source;

import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.EventSources.NewSource;
import io.opsdeck.analytics.event.EventSources.SourceView;
import io.opsdeck.analytics.event.SourceId;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/** Where events come from: sources, their write keys and counters. */
@PageController
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
        return list(model, request);
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
        if (made.isPresent()) {
            model.addAttribute("form", new RenameForm(form.name()));
            return show(model, made.get().id(), made.get().writeKey(), request);
        }
        response.setStatus(422);
        return list(model, request);
    }

    /** A source with its counters and what to send with; the write key is on it only right after it was made. */
    @GetMapping("/sources/{id}")
    @Requires(Permission.SOURCE_READ)
    String one(@PathVariable String id, HttpServletRequest request, Model model) {
        return show(model, SourceId.of(id), null, request);
    }

    @PostMapping("/sources/{id}/rename")
    @Requires(Permission.SOURCE_MANAGE)
    String rename(
            @PathVariable String id,
            @ModelAttribute("form") RenameForm form,
            BindingResult errors,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        SourceId source = SourceId.of(id);
        sources.require(source);
        Optional<SourceId> renamed = html.submit(errors, locale, () -> {
            sources.rename(source, form.name());
            return source;
        });
        if (renamed.isPresent()) {
            return "redirect:/sources/" + source;
        }
        response.setStatus(422);
        return show(model, source, null, request);
    }

    @PostMapping("/sources/{id}/rotate")
    @Requires(Permission.SOURCE_MANAGE)
    String rotate(@PathVariable String id, HttpServletRequest request, Model model) {
        NewSource fresh = sources.rotate(SourceId.of(id));
        return show(model, fresh.id(), fresh.writeKey(), request);
    }

    @PostMapping("/sources/{id}/disable")
    @Requires(Permission.SOURCE_MANAGE)
    String disable(@PathVariable String id) {
        sources.disable(SourceId.of(id));
        return "redirect:/sources";
    }

    private String list(Model model, HttpServletRequest request) {
        model.addAttribute("sources", sources.list());
        model.addAttribute("kinds", EventSources.Kind.values());
        model.addAttribute("mayManage", Caller.require(request).may(Permission.SOURCE_MANAGE));
        return "source/list";
    }

    private String show(Model model, SourceId id, @Nullable String key, HttpServletRequest request) {
        SourceView source = sources.require(id);
        model.addAttribute("source", source);
        model.addAttribute("fresh", key);
        model.addAttribute("snippets", Snippet.of(source.kind(), baseUrl, key == null ? "WRITE_KEY" : key));
        model.addAttribute("mayManage", Caller.require(request).may(Permission.SOURCE_MANAGE));
        if (!(model.getAttribute("form") instanceof RenameForm)) {
            model.addAttribute("form", new RenameForm(source.name()));
        }
        return "source/one";
    }

    private static EventSources.Kind kind(String name) {
        return Arrays.stream(EventSources.Kind.values())
                .filter(kind -> kind.name().equals(name))
                .findFirst()
                .orElseThrow(() -> CoreError.INVALID_VALUE.at("/kind", name));
    }

    /** A source's new name. */
    record RenameForm(String name) {

        /** A field that a form leaves out is an empty one. */
        RenameForm {
            name = Objects.requireNonNullElse(name, "");
        }
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
