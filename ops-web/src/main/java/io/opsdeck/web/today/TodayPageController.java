package io.opsdeck.web.today;

import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Requires;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;

/** The home page. */
@Controller
class TodayPageController {

    @GetMapping("/")
    @Requires(Permission.WORKSPACE_READ)
    String page() {
        return "today/index";
    }
}
