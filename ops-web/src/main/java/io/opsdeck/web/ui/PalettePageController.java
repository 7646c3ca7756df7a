package io.opsdeck.web.ui;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The command palette: pages by either language, or by the initials of their pinyin. */
@Controller
class PalettePageController {

    private final MessageSource messages;

    PalettePageController(MessageSource messages) {
        this.messages = messages;
    }

    @GetMapping("/palette")
    @Requires(Permission.WORKSPACE_READ)
    String palette(@RequestParam(defaultValue = "") String q, HttpServletRequest request, Model model) {
        Access access = Caller.require(request);
        String wanted = q.strip().toLowerCase(Locale.ROOT);
        List<Pages> pages = Arrays.stream(Pages.values())
                .filter(page -> access.may(page.permission()) && matches(page, wanted))
                .toList();
        model.addAttribute("pages", pages);
        return "ui/palette";
    }

    private boolean matches(Pages page, String wanted) {
        String english = messages.getMessage("nav." + page.key(), null, Locale.ENGLISH);
        String chinese = messages.getMessage("nav." + page.key(), null, Locale.SIMPLIFIED_CHINESE);
        String initials = messages.getMessage("palette.pinyin." + page.key(), null, Locale.ENGLISH);
        return english.toLowerCase(Locale.ROOT).contains(wanted)
                || chinese.contains(wanted)
                || initials.startsWith(wanted);
    }
}
