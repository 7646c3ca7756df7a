package io.opsdeck.web.scim;

import io.opsdeck.core.database.Outage;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import jakarta.servlet.http.HttpServletRequest;
import java.util.LinkedHashMap;
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
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** Failures in the shape of SCIM, in English: those who read them are administrators of identity providers. */
@RestControllerAdvice(
        assignableTypes = {ScimUserController.class, ScimGroupController.class, ScimSchemaController.class})
@Order(Ordered.HIGHEST_PRECEDENCE)
class ScimErrors {

    private static final Logger log = LoggerFactory.getLogger(ScimErrors.class);
    private static final Map<String, String> TYPES = Map.of(
            "scim_taken", "uniqueness",
            "already_member", "uniqueness",
            "scim_filter", "invalidFilter",
            "scim_path", "invalidPath",
            "scim_not_yours", "mutability");

    private final MessageSource messages;

    ScimErrors(MessageSource messages) {
        this.messages = messages;
    }

    @ExceptionHandler(OpsdeckException.class)
    ResponseEntity<Map<String, Object>> expected(OpsdeckException failure) {
        ErrorKind kind = failure.code().kind();
        String code = failure.code().code();
        String text = messages.getMessage("error." + code, failure.arguments().toArray(), Locale.ENGLISH);
        boolean invalid = kind == ErrorKind.INVALID;
        String type = TYPES.getOrDefault(code, invalid ? "invalidValue" : "");
        var headers = new HttpHeaders();
        if (kind == ErrorKind.UNAUTHENTICATED) {
            headers.set(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return answer(invalid ? 400 : kind.status(), type, text, headers);
    }

    @ExceptionHandler(HttpMessageNotReadableException.class)
    ResponseEntity<Map<String, Object>> unreadable(HttpMessageNotReadableException failure) {
        String text = messages.getMessage("error.malformed_body", null, Locale.ENGLISH);
        return answer(400, "invalidSyntax", text, new HttpHeaders());
    }

    @ExceptionHandler(Exception.class)
    ResponseEntity<Map<String, Object>> unexpected(Exception failure, HttpServletRequest request) throws Exception {
        if (Outage.isCauseOf(failure)) {
            throw failure;
        }
        if (failure instanceof ErrorResponse known) {
            int status = known.getStatusCode().value();
            return answer(status, "", String.valueOf(known.getBody().getTitle()), new HttpHeaders());
        }
        log.error("{} {} failed", request.getMethod(), request.getRequestURI(), failure);
        return answer(500, "", messages.getMessage("error.internal", null, Locale.ENGLISH), new HttpHeaders());
    }

    private static ResponseEntity<Map<String, Object>> answer(
            int status, String type, @Nullable String detail, HttpHeaders headers) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("schemas", List.of("urn:ietf:params:scim:api:messages:2.0:Error"));
        body.put("status", String.valueOf(status));
        if (!type.isEmpty()) {
            body.put("scimType", type);
        }
        body.put("detail", detail == null ? "" : detail);
        return ResponseEntity.status(status)
                .headers(headers)
                .contentType(ScimAnswer.TYPE)
                .body(body);
    }
}
