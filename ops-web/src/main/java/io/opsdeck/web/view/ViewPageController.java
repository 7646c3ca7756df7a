package io.opsdeck.web.view;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.view.SavedViews;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Pages;
import jakarta.servlet.http.HttpServletRequest;
import java.util.UUID;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Keeps, renames and deletes views; each of them ends on the page it belongs to. */
@PageController
class ViewPageController {

    private final SavedViews views;

    ViewPageController(SavedViews views) {
        this.views = views;
    }

    @PostMapping("/views")
    @Requires(Permission.WORKSPACE_READ)
    String save(
            @RequestParam String page,
            @RequestParam String name,
            @RequestParam String query,
            @RequestParam(defaultValue = "false") boolean shared,
            HttpServletRequest request) {
        Pages place = place(page, request);
        String filter = ViewTabs.filter(query);
        views.save(place.key(), Caller.require(request).member(), name, filter, shared);
        return "redirect:" + place.href() + "?" + filter;
    }

    @PostMapping("/views/{id}/rename")
    @Requires(Permission.WORKSPACE_READ)
    String rename(
            @PathVariable String id,
            @RequestParam(defaultValue = "today") String page,
            @RequestParam String name,
            HttpServletRequest request) {
        views.rename(id(id), Caller.require(request).member(), name);
        return "redirect:" + place(page, request).href();
    }

    @PostMapping("/views/{id}/delete")
    @Requires(Permission.WORKSPACE_READ)
    String delete(
            @PathVariable String id, @RequestParam(defaultValue = "today") String page, HttpServletRequest request) {
        views.delete(id(id), Caller.require(request).member());
        return "redirect:" + place(page, request).href();
    }

    private static Pages place(String key, HttpServletRequest request) {
        Pages page = Pages.find(key).orElseThrow(() -> CoreError.INVALID_VALUE.at("/page", key));
        if (!Caller.require(request).may(page.permission())) {
            throw CoreError.FORBIDDEN.exception(page.permission().key());
        }
        return page;
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw CoreError.VIEW_NOT_FOUND.exception(e);
        }
    }
}
