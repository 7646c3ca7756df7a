package io.opsdeck.core.idempotency;

import java.util.Map;

/** An answer as it was given, to the byte. */
public record KeptAnswer(int status, Map<String, String> headers, String body) {}
