package io.opsdeck.web.ui;

import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.member.Access;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.RequestIds;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Locale;
import java.util.Map;
import org.springframework.context.MessageSource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.json.JsonMapper;

/** Turns expected failures of page handlers into a page, or into a toast where only a fragment was asked for. */
@ControllerAdvice(annotations = PageController.class)
@Order(Ordered.HIGHEST_PRECEDENCE)
class PageErrors {

    private final MessageSource messages;
    private final JsonMapper json;

    PageErrors(MessageSource messages, JsonMapper json) {
        this.messages = messages;
        this.json = json;
    }

    @ExceptionHandler(OpsdeckException.class)
    ModelAndView expected(
            OpsdeckException failure, HttpServletRequest request, HttpServletResponse response, Locale locale) {
        return answer(failure.code().kind(), text(failure, locale), request, response);
    }

    private String text(OpsdeckException failure, Locale locale) {
        return messages.getMessage(
                "error." + failure.code().code(), failure.arguments().toArray(), locale);
    }

    private ModelAndView answer(ErrorKind kind, String text, HttpServletRequest request, HttpServletResponse response) {
        response.setStatus(kind.status());
        if (request.getHeader("HX-Request") != null) {
            toast(text, response);
            return new ModelAndView("error/fragment");
        }
        String view =
                kind == ErrorKind.NOT_FOUND ? "error/404" : kind == ErrorKind.FORBIDDEN ? "error/403" : "error/error";
        return new ModelAndView(
                view,
                Map.of(
                        "requestId",
                        RequestIds.of(request),
                        "status",
                        kind.status(),
                        "text",
                        text,
                        "viewing",
                        Caller.find(request).map(Access::viewing).orElse(false)));
    }

    /** Says it to the reader and leaves his page as it is. */
    void toast(String text, HttpServletResponse response) {
        response.setHeader("HX-Reswap", "none");
        response.setHeader(
                "HX-Trigger", asciiOnly(json.writeValueAsString(Map.of("toast", Map.of("text", text, "kind", "bad")))));
    }

    /** Header values are Latin-1, so everything else is written as a JSON escape. */
    static String asciiOnly(String text) {
        var escaped = new StringBuilder();
        for (char c : text.toCharArray()) {
            if (c < 128) {
                escaped.append(c);
            } else {
                escaped.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            }
        }
        return escaped.toString();
    }
}
