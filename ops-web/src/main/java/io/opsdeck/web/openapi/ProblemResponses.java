package io.opsdeck.web.openapi;

import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The answers that are no success: problem details (RFC 9457), one shape for all of them. */
final class ProblemResponses {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private static final Map<Integer, Problem> ALL = new TreeMap<>(Map.ofEntries(
            Map.entry(400, new Problem("BadRequest", "malformed_body", "The request cannot be read.")),
            Map.entry(401, new Problem("Unauthorized", "unauthenticated", "There is no valid token.")),
            Map.entry(403, new Problem("Forbidden", "forbidden", "The token or its owner may not do this.")),
            Map.entry(404, new Problem("NotFound", "not_found", "There is nothing with this id in the workspace.")),
            Map.entry(409, new Problem("Conflict", "idempotency_key_in_use", "The state of things does not allow it.")),
            Map.entry(412, new Problem("PreconditionFailed", "changed_meanwhile", "Somebody changed it meanwhile.")),
            Map.entry(413, new Problem("ContentTooLarge", "body_too_large", "The body is too large.")),
            Map.entry(422, new Problem("UnprocessableContent", "invalid_value", "A value is not allowed.")),
            Map.entry(429, new Problem("TooManyRequests", "rate_limited", "The headers say when there is room again.")),
            Map.entry(
                    503,
                    new Problem("ServiceUnavailable", "unavailable", "The same call succeeds in a few seconds."))));

    private ProblemResponses() {}

    private record Problem(String name, String code, String text) {}

    static ObjectNode reference(int status) {
        Problem problem = ALL.get(status);
        if (problem == null) {
            throw new IllegalArgumentException("no problem is described for " + status);
        }
        return NODES.objectNode().put("$ref", "#/components/responses/" + problem.name());
    }

    static ObjectNode components() {
        ObjectNode responses = NODES.objectNode();
        ALL.forEach((status, problem) -> responses.set(problem.name(), response(status, problem)));
        return responses;
    }

    private static ObjectNode response(int status, Problem problem) {
        ObjectNode response = NODES.objectNode().put("description", problem.text());
        ObjectNode headers = response.putObject("headers");
        headers.set("X-Request-Id", header("X-Request-Id"));
        if (status == 401) {
            headers.set("WWW-Authenticate", header("WWW-Authenticate"));
        }
        if (status == 409 || status == 429 || status == 503) {
            headers.set("Retry-After", header("Retry-After"));
        }
        ObjectNode content = response.putObject("content").putObject("application/problem+json");
        content.set("schema", SchemaWriter.reference("Problem"));
        content.set("example", example(status, problem));
        return response;
    }

    private static ObjectNode header(String name) {
        return NODES.objectNode().put("$ref", "#/components/headers/" + name);
    }

    private static ObjectNode example(int status, Problem problem) {
        ObjectNode example = NODES.objectNode()
                .put(
                        "title",
                        org.springframework.http.HttpStatus.valueOf(status).getReasonPhrase())
                .put("status", status)
                .put("detail", problem.text())
                .put("instance", "/api/v1/sources")
                .put("code", problem.code())
                .put("requestId", "019a9f3e-6d2c-7c41-9a55-3f0b7f8d1c2e");
        if (status == 422) {
            example.putArray("errors")
                    .addObject()
                    .put("pointer", "/acceptFrom")
                    .put("code", problem.code())
                    .put("detail", problem.text());
        }
        return example;
    }

    static ObjectNode schema() {
        ObjectNode schema = NODES.objectNode()
                .put("type", "object")
                .put(
                        "description",
                        "Problem details (RFC 9457). Rely on `status` and `code`; texts may change and follow Accept-Language.");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("type").put("type", "string").put("format", "uri-reference");
        properties.putObject("title").put("type", "string");
        properties.putObject("status").put("type", "integer");
        properties.putObject("detail").put("type", "string");
        properties.putObject("instance").put("type", "string").put("format", "uri-reference");
        properties
                .putObject("code")
                .put("type", "string")
                .put("description", "Names the kind of failure for programs.");
        properties
                .putObject("requestId")
                .put("type", "string")
                .put("description", "Under this id logs and the audit trail name the request.");
        ObjectNode error = properties
                .putObject("errors")
                .put("type", "array")
                .putObject("items")
                .put("type", "object");
        ObjectNode parts = error.putObject("properties");
        parts.putObject("pointer").put("type", "string").put("description", "The place in the body, as JSON Pointer.");
        parts.putObject("parameter").put("type", "string").put("description", "The parameter of the query.");
        parts.putObject("code").put("type", "string");
        parts.putObject("detail").put("type", "string");
        error.putArray("required").add("code").add("detail");
        schema.putArray("required").add("title").add("status").add("code").add("requestId");
        return schema;
    }
}
