package io.opsdeck.web.api;

import io.opsdeck.core.database.NamedLocks;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.idempotency.IdempotencyError;
import io.opsdeck.core.idempotency.IdempotencyKey;
import io.opsdeck.core.idempotency.IdempotentAnswers;
import io.opsdeck.core.idempotency.KeptAnswer;
import io.opsdeck.core.idempotency.KeyedRequest;
import io.opsdeck.core.workspace.CurrentWorkspace;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionStatus;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.multipart.MultipartHttpServletRequest;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.util.ContentCachingResponseWrapper;
import org.springframework.web.util.WebUtils;

/**
 * Runs a handler that changes something in one transaction with the note of its answer, where the caller gave the request
 * a key. The services' transactions join it, and the answer leaves after the commit: who hears nothing asks again and
 * reads what was noted, or finds that nothing had happened. A change that is compared with the caller's version is one
 * transaction as well.
 */
@Component
class IdempotentCalls {

    static final String KEY = "Idempotency-Key";
    static final String REPLAYED = "Idempotency-Replayed";

    private static final Set<String> CHANGES = Set.of("POST", "PUT", "PATCH", "DELETE");
    private static final List<String> KEPT_HEADERS = List.of(HttpHeaders.LOCATION, HttpHeaders.ETAG, HttpHeaders.LINK);

    private final IdempotentAnswers answers;
    private final Fingerprints fingerprints;
    private final NamedLocks locks;
    private final PlatformTransactionManager transactions;
    private final ObjectProvider<HandlerExceptionResolver> failures;

    IdempotentCalls(
            IdempotentAnswers answers,
            Fingerprints fingerprints,
            NamedLocks locks,
            PlatformTransactionManager transactions,
            @Qualifier("handlerExceptionResolver") ObjectProvider<HandlerExceptionResolver> failures) {
        this.answers = answers;
        this.fingerprints = fingerprints;
        this.locks = locks;
        this.transactions = transactions;
        this.failures = failures;
    }

    /** What runs the handler. */
    interface Call {

        void run(HttpServletRequest request, HttpServletResponse response) throws Exception;
    }

    void run(HttpServletRequest request, HttpServletResponse response, HandlerMethod handler, Call call)
            throws Exception {
        Optional<IdempotencyKey> key = isChange(request, handler) ? key(request) : Optional.empty();
        if (key.isEmpty() && handler.hasMethodAnnotation(RequiresIdempotencyKey.class)) {
            throw IdempotencyError.IDEMPOTENCY_KEY_REQUIRED.exception();
        }
        boolean condition = request.getHeader(HttpHeaders.IF_MATCH) != null && isVersionedChange(request, handler);
        if (key.isEmpty() && !condition) {
            call.run(request, response);
            return;
        }
        @Nullable KeyedRequest keyed = key.isEmpty() ? null : keyed(key.get(), request);
        var answer = new ContentCachingResponseWrapper(response);
        try {
            once(keyed, request, answer, condition ? inTurn(call) : call);
        } catch (OpsdeckException e) {
            if (keyed == null || e.code().kind() != ErrorKind.CONFLICT || e.code() instanceof IdempotencyError) {
                throw e;
            }
            keepRefusal(keyed, request, answer, handler, e);
        }
        answer.copyBodyToResponse();
    }

    private static boolean isChange(HttpServletRequest request, HandlerMethod handler) {
        return CHANGES.contains(request.getMethod()) && !handler.hasMethodAnnotation(ChangesNothing.class);
    }

    private static Optional<IdempotencyKey> key(HttpServletRequest request) {
        List<String> headers = Collections.list(request.getHeaders(KEY));
        if (headers.size() > 1) {
            throw IdempotencyError.IDEMPOTENCY_KEY_INVALID.exception(IdempotencyKey.MOST);
        }
        return headers.stream().findFirst().map(IdempotencyKey::of);
    }

    private KeyedRequest keyed(IdempotencyKey key, HttpServletRequest request) throws Exception {
        String route = request.getMethod() + " " + request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE);
        boolean parts = WebUtils.getNativeRequest(request, MultipartHttpServletRequest.class) != null;
        ApiBody body = WebUtils.getNativeRequest(request, ApiBody.class);
        return new KeyedRequest(
                key,
                route,
                parts || body == null ? fingerprints.ofParts(request) : fingerprints.of(request, body.bytes()));
    }

    /** What is compared with the caller's version must not change until the change is committed. */
    private Call inTurn(Call call) {
        return (request, answer) -> {
            locks.hold("change\n" + CurrentWorkspace.require() + "\n" + request.getRequestURI());
            call.run(request, answer);
        };
    }

    private static boolean isVersionedChange(HttpServletRequest request, HandlerMethod handler) {
        return isChange(request, handler) && handler.hasMethodAnnotation(Versioned.class);
    }

    private void once(
            @Nullable KeyedRequest keyed, HttpServletRequest request, ContentCachingResponseWrapper answer, Call call)
            throws Exception {
        TransactionStatus transaction = transactions.getTransaction(TransactionDefinition.withDefaults());
        try {
            Optional<KeptAnswer> before = keyed == null ? Optional.empty() : answers.claim(keyed);
            if (before.isPresent()) {
                replay(before.get(), answer);
            } else {
                call.run(request, answer);
                keep(keyed, answer, transaction);
            }
        } catch (Exception | Error e) {
            transactions.rollback(transaction);
            throw e;
        }
        transactions.commit(transaction);
    }

    /** What the request itself got wrong may be mended under the same key, and what we got wrong may go better. */
    private void keep(
            @Nullable KeyedRequest keyed, ContentCachingResponseWrapper answer, TransactionStatus transaction) {
        HttpStatus status = HttpStatus.valueOf(answer.getStatus());
        if (status.is5xxServerError()) {
            transaction.setRollbackOnly();
        }
        if (keyed != null && (!status.isError() || status == HttpStatus.CONFLICT)) {
            answers.keep(keyed, read(answer));
        }
    }

    /** What the state of things refused stays refused. Nothing was changed, so this note is a transaction of its own. */
    private void keepRefusal(
            KeyedRequest keyed,
            HttpServletRequest request,
            ContentCachingResponseWrapper answer,
            HandlerMethod handler,
            OpsdeckException refusal)
            throws Exception {
        once(keyed, request, answer, (same, into) -> {
            if (failures.getObject().resolveException(same, into, handler, refusal) == null) {
                throw refusal;
            }
        });
    }

    private static KeptAnswer read(ContentCachingResponseWrapper answer) {
        Map<String, String> headers = new LinkedHashMap<>();
        KEPT_HEADERS.forEach(name -> put(headers, name, answer.getHeader(name)));
        put(headers, HttpHeaders.CONTENT_TYPE, answer.getContentType());
        return new KeptAnswer(
                answer.getStatus(), headers, new String(answer.getContentAsByteArray(), StandardCharsets.UTF_8));
    }

    private static void put(Map<String, String> headers, String name, @Nullable String value) {
        if (value != null) {
            headers.put(name, value);
        }
    }

    private static void replay(KeptAnswer kept, HttpServletResponse response) throws IOException {
        response.setStatus(kept.status());
        kept.headers().forEach(response::setHeader);
        response.setHeader(REPLAYED, "true");
        response.getOutputStream().write(kept.body().getBytes(StandardCharsets.UTF_8));
    }
}
