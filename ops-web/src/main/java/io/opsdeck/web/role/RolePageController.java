package io.opsdeck.web.role;

import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.RoleMatrix;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Which role may do what. */
@PageController
class RolePageController {

    private final RoleMatrix matrix;

    RolePageController(RoleMatrix matrix) {
        this.matrix = matrix;
    }

    @GetMapping("/roles")
    @Requires(Permission.MEMBER_READ)
    String page(HttpServletRequest request, Model model) {
        fill(model, request);
        return "role/matrix";
    }

    @PostMapping("/roles")
    @Requires(Permission.ROLE_MANAGE)
    String change(
            @RequestParam String role,
            @RequestParam String permission,
            @RequestParam(defaultValue = "false") boolean allowed,
            HttpServletRequest request,
            Model model) {
        matrix.set(Role.of(role), Permission.of(permission), allowed);
        if (request.getHeader("HX-Request") == null) {
            return "redirect:/roles";
        }
        fill(model, request);
        return "role/matrix :: grid";
    }

    private void fill(Model model, HttpServletRequest request) {
        model.addAttribute("roles", Role.values());
        model.addAttribute("permissions", Permission.values());
        model.addAttribute("matrix", matrix.all());
        model.addAttribute("mayChange", Caller.require(request).may(Permission.ROLE_MANAGE));
    }
}
