package io.opsdeck.web.openapi;

import io.opsdeck.core.webhook.WebhookType;
import io.opsdeck.web.api.Limits;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What many operations refer to: parameters, headers, ways to prove who calls, and the envelope of outgoing events. */
final class SharedParts {

    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private SharedParts() {}

    static ObjectNode parameters() {
        ObjectNode parameters = NODES.objectNode();
        ObjectNode limit = parameter(parameters, "Limit", "limit", "query", "How many rows a page has.");
        limit.putObject("schema")
                .put("type", "integer")
                .put("minimum", 1)
                .put("maximum", Limits.MOST)
                .put("default", Limits.DEFAULT);
        ObjectNode cursor = parameter(
                parameters,
                "Cursor",
                "cursor",
                "query",
                "The `next` of the page before, with the same filters. It survives the deletion of its row.");
        cursor.putObject("schema").put("type", "string");
        ObjectNode workspace = parameter(
                parameters,
                "Opsdeck-Workspace",
                "Opsdeck-Workspace",
                "header",
                "The workspace in which a token of the whole installation acts; other tokens have their own.");
        workspace.putObject("schema").put("type", "string").put("format", "uuid");
        key(parameters, "Idempotency-Key", false);
        key(parameters, "Idempotency-Key-Required", true);
        ObjectNode match = parameter(
                parameters,
                "If-Match",
                "If-Match",
                "header",
                "The `ETag` that was read: the change is refused with 412 where it is no longer the current one.");
        match.putObject("schema").put("type", "string");
        return parameters;
    }

    private static void key(ObjectNode parameters, String name, boolean required) {
        ObjectNode key = parameter(
                parameters,
                name,
                "Idempotency-Key",
                "header",
                "A name for this request, bare or as a quoted string. Sent again under it within seven days, the request is"
                        + " answered as before and does nothing.");
        key.put("required", required);
        key.putObject("schema").put("type", "string").put("minLength", 1).put("maxLength", 257);
        key.put("example", "8e03978e-40d5-43dd-bc93-6894a57f9324");
    }

    private static ObjectNode parameter(ObjectNode parameters, String key, String name, String in, String text) {
        return parameters
                .putObject(key)
                .put("name", name)
                .put("in", in)
                .put("required", false)
                .put("description", text);
    }

    static ObjectNode headers() {
        ObjectNode headers = NODES.objectNode();
        header(
                headers,
                "X-Request-Id",
                "string",
                "Names the request in logs and in the audit trail; the caller's own, if he sent one of up to 64 letters, digits and hyphens.");
        header(headers, "Location", "string", "The address of what was made or planned.");
        header(headers, "Link", "string", "`<…>; rel=\"next\"` where there is a next page (RFC 8288).");
        header(headers, "ETag", "string", "The version of what was answered, for If-Match.");
        header(
                headers,
                "Idempotency-Replayed",
                "boolean",
                "`true` where an earlier answer to the same request is repeated.");
        header(headers, "Retry-After", "integer", "Seconds until the same call may succeed.");
        header(headers, "WWW-Authenticate", "string", "How to prove who calls.");
        header(
                headers,
                "RateLimit-Policy",
                "string",
                "The limits that the call counts for, such as `\"default\";q=6000;w=60`: q calls in w seconds. Also as X-RateLimit-Limit.");
        header(
                headers,
                "RateLimit",
                "string",
                "What is left of them, such as `\"default\";r=5999;t=1`: r calls, all of them again in t seconds. Also as X-RateLimit-Remaining and X-RateLimit-Reset.");
        return headers;
    }

    private static void header(ObjectNode headers, String name, String type, String text) {
        headers.putObject(name).put("description", text).putObject("schema").put("type", type);
    }

    static ObjectNode securitySchemes() {
        ObjectNode schemes = NODES.objectNode();
        schemes.putObject("bearerAuth")
                .put("type", "http")
                .put("scheme", "bearer")
                .put(
                        "description",
                        "An API token of the workspace. It may do what both its scopes and its owner's role allow; the scope that an operation needs stands with it.");
        schemes.putObject("basicWriteKey")
                .put("type", "http")
                .put("scheme", "basic")
                .put(
                        "description",
                        "The write key of a source as user, with an empty password. It may also stand in the body as `writeKey`.");
        return schemes;
    }

    /** Signed by Standard Webhooks 1.0.0; any 2xx says that it arrived. */
    static ObjectNode webhook(WebhookType type, JsonNode example) {
        ObjectNode operation = NODES.objectNode()
                .put("operationId", "on" + camel(type.key()))
                .put("summary", type.key())
                .put(
                        "description",
                        "Sent to the endpoints that subscribed to it, with the headers `webhook-id`, `webhook-timestamp` and"
                                + " `webhook-signature` of Standard Webhooks." + personal(type));
        operation.putArray("tags").add("Webhooks");
        ObjectNode body = operation.putObject("requestBody").put("required", true);
        ObjectNode content = body.putObject("content").putObject("application/json");
        ObjectNode schema = content.putObject("schema").put("type", "object");
        ObjectNode properties = schema.putObject("properties");
        properties.putObject("type").put("type", "string").put("const", type.key());
        properties.putObject("timestamp").put("type", "string").put("format", "date-time");
        properties.putObject("data").put("type", "object");
        schema.putArray("required").add("type").add("timestamp").add("data");
        ObjectNode message =
                content.putObject("example").put("type", type.key()).put("timestamp", "2026-03-02T08:15:00.000Z");
        message.set("data", example);
        operation
                .putObject("responses")
                .putObject("2XX")
                .put("description", "It arrived. Anything else is tried again over three days.");
        return operation;
    }

    private static String personal(WebhookType type) {
        return type.personal().isEmpty()
                ? ""
                : " Only endpoints that are sent data about persons get these fields: "
                        + String.join(", ", new TreeSet<>(type.personal())) + ".";
    }

    private static String camel(String key) {
        var text = new StringBuilder();
        for (String word : key.split("[._]")) {
            text.append(Character.toUpperCase(word.charAt(0))).append(word.substring(1));
        }
        return text.toString();
    }
}
