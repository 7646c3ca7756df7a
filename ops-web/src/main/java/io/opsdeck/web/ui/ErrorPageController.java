package io.opsdeck.web.ui;

import io.opsdeck.web.security.Open;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.RequestIds;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.servlet.ModelAndView;
import tools.jackson.databind.json.JsonMapper;

/** Answers what no handler of ours could: unknown addresses, wrong methods, failures nobody expected. */
@PageController
class ErrorPageController implements ErrorController {

    private final JsonMapper json;

    ErrorPageController(JsonMapper json) {
        this.json = json;
    }

    @RequestMapping("/error")
    @Open("whoever met the failure is told about it")
    @Nullable
    ModelAndView answer(HttpServletRequest request, HttpServletResponse response) throws IOException {
        HttpStatus status = status(request);
        String path = String.valueOf(request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI));
        response.setStatus(status.value());
        if (isForMachines(path)) {
            problem(status, path, request, response);
            return null;
        }
        return new ModelAndView(view(status), Map.of("status", status.value(), "requestId", RequestIds.of(request)));
    }

    /** Whether who asks there reads problem details and no pages. */
    static boolean isForMachines(String path) {
        return path.startsWith("/api/") || path.startsWith("/v1/");
    }

    /** Somebody who asks for this address himself finds nothing. */
    private static HttpStatus status(HttpServletRequest request) {
        HttpStatus status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code
                ? HttpStatus.resolve(code)
                : HttpStatus.NOT_FOUND;
        return status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status;
    }

    private static String view(HttpStatus status) {
        if (status.is5xxServerError()) {
            return "error/500";
        }
        return status == HttpStatus.NOT_FOUND
                ? "error/404"
                : status == HttpStatus.FORBIDDEN ? "error/403" : "error/error";
    }

    private void problem(HttpStatus status, String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
        json.writeValue(
                response.getOutputStream(),
                Map.of(
                        "title", status.getReasonPhrase(),
                        "status", status.value(),
                        "instance", path,
                        "code",
                                status.is5xxServerError()
                                        ? "internal_error"
                                        : status.name().toLowerCase(Locale.ROOT),
                        "requestId", RequestIds.of(request)));
    }
}
