package io.opsdeck.web.api;

import io.opsdeck.core.database.Outage;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.web.security.RequestIds;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.MessageSource;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.ServletWebRequest;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

/** Problem details (RFC 9457) for every failure of a REST handler; never a stack trace, a class name or SQL. */
@RestControllerAdvice(annotations = RestController.class)
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class ApiErrors extends ResponseEntityExceptionHandler {

    private static final Logger log = LoggerFactory.getLogger(ApiErrors.class);

    private final MessageSource messages;

    ApiErrors(MessageSource messages) {
        this.messages = messages;
    }

    @ExceptionHandler(OpsdeckException.class)
    ResponseEntity<Object> expected(OpsdeckException failure, HttpServletRequest request, Locale locale) {
        String text = messages.getMessage(
                "error." + failure.code().code(), failure.arguments().toArray(), locale);
        ProblemDetail problem =
                problem(failure.code().kind().status(), failure.code().code(), text, request);
        failure.pointer()
                .ifPresent(pointer -> problem.setProperty(
                        "errors",
                        List.of(Map.of(
                                pointer.startsWith("/") ? "pointer" : "parameter",
                                pointer,
                                "code",
                                failure.code().code(),
                                "detail",
                                text))));
        var headers = new HttpHeaders();
        if (failure.code().kind() == ErrorKind.UNAUTHENTICATED) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        int wait = failure.code().retryAfterSeconds();
        if (wait > 0) {
            headers.set(HttpHeaders.RETRY_AFTER, String.valueOf(wait));
        }
        if (wait > 0 && failure.code().kind() == ErrorKind.TOO_MANY) {
            headers.set("X-RateLimit-Reset", String.valueOf(wait));
        }
        return answer(problem, headers);
    }

    @ExceptionHandler(Exception.class)
    ResponseEntity<Object> unexpected(Exception failure, HttpServletRequest request, Locale locale) throws Exception {
        if (Outage.isCauseOf(failure)) {
            // Goes on to the filter that answers for the database wherever it was missed.
            throw failure;
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), failure);
        return answer(
                problem(500, "internal_error", messages.getMessage("error.internal", null, locale), request),
                new HttpHeaders());
    }

    @Override
    protected ResponseEntity<Object> handleHttpMessageNotReadable(
            HttpMessageNotReadableException failure, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
        HttpServletRequest servlet = ((ServletWebRequest) request).getRequest();
        if (failure.getCause() instanceof UnrecognizedPropertyException unknown) {
            return expected(
                    ApiError.UNKNOWN_FIELD.at(JsonPointers.of(unknown.getPath()), unknown.getPropertyName()),
                    servlet,
                    servlet.getLocale());
        }
        if (failure.getCause() instanceof MismatchedInputException wrong
                && !wrong.getPath().isEmpty()) {
            String pointer = JsonPointers.of(wrong.getPath());
            return expected(CoreError.INVALID_VALUE.at(pointer, pointer), servlet, servlet.getLocale());
        }
        String text = messages.getMessage("error.malformed_body", null, servlet.getLocale());
        return answer(problem(400, "malformed_body", text, servlet), headers);
    }

    private static ProblemDetail problem(int status, String code, String detail, HttpServletRequest request) {
        ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatusCode.valueOf(status), detail);
        problem.setTitle(HttpStatus.valueOf(status).getReasonPhrase());
        problem.setProperty("code", code);
        problem.setProperty("requestId", RequestIds.of(request));
        return problem;
    }

    private static ResponseEntity<Object> answer(@Nullable ProblemDetail problem, HttpHeaders headers) {
        int status = problem == null ? 500 : problem.getStatus();
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(MediaType.APPLICATION_PROBLEM_JSON)
                .body(problem);
    }
}
