package io.opsdeck.web.notification;

import io.opsdeck.core.notification.MailStops;
import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.PageController;
import java.util.Locale;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;

/**
 * The link in each mail that ends such mails. Looking at it changes nothing, since programs look at every link of a mail;
 * the form, and the mail programs of RFC 8058, post to the same address.
 */
@PageController
class MailStopPageController {

    private final MailStops stops;

    MailStopPageController(MailStops stops) {
        this.stops = stops;
    }

    @GetMapping("/u/{code}")
    @Open("whoever has the mail may end such mails")
    String ask(@PathVariable String code, Locale locale, Model model) {
        model.addAttribute("what", stops.describe(code, locale));
        model.addAttribute("code", code);
        return "notification/stop";
    }

    @PostMapping("/u/{code}")
    @Open("whoever has the mail may end such mails")
    String stop(@PathVariable String code, Locale locale, Model model) {
        stops.stop(code);
        model.addAttribute("what", stops.describe(code, locale));
        model.addAttribute("done", true);
        return "notification/stop";
    }
}
