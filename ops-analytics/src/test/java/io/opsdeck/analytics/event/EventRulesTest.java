package io.opsdeck.analytics.event;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.id.Ids;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventRulesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");
    private final EventRules rules = new EventRules(new Ids(Clock.fixed(NOW, ZoneOffset.UTC)));
    private final IntakeSource source = new IntakeSource(new UUID(1, 1), new UUID(2, 2), null, EventSources.Kind.WEB);

    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "-, -, 2026-11-22T10:00:00Z, -",
                "2026-11-22T09:59:00Z, -, 2026-11-22T09:59:00Z, -",
                "2026-11-22T09:59:00.250Z, 2026-11-22T10:00:00Z, 2026-11-22T09:59:00.250Z, -",
                "2026-11-22T08:59:00Z, 2026-11-22T09:00:00Z, 2026-11-22T09:59:00Z, -",
                "2030-01-01T00:00:00Z, 2030-01-01T00:00:05Z, 2026-11-22T09:59:55Z, -",
                "2026-11-22T17:59:00+08:00, -, 2026-11-22T09:59:00Z, -",
                "2026-11-22T17:59:00+0800, -, 2026-11-22T09:59:00Z, -",
                "2026-11-22T09:59:00, -, 2026-11-22T09:59:00Z, -",
                "2026-11-22 09:59, -, 2026-11-22T09:59:00Z, -",
                "2026-11-20, -, 2026-11-20T00:00:00Z, -",
                "1795341540, -, 2026-11-22T09:59:00Z, -",
                "1795341540000, -, 2026-11-22T09:59:00Z, -",
                "2026-11-22T10:04:59Z, -, 2026-11-22T10:04:59Z, -",
                "2026-11-22T10:05:01Z, -, 2026-11-22T10:00:00Z, CLAMPED",
                "9999-01-01T00:00:00Z, -, 2026-11-22T10:00:00Z, CLAMPED",
                "2021-11-22T10:00:01Z, -, 2021-11-22T10:00:01Z, -",
                "2021-11-22T09:59:59Z, -, -, TOO_OLD",
                "1999-12-31T00:00:00Z, -, -, TOO_OLD",
                "+294277-01-01T00:00:00Z, -, -, INVALID_TIME",
                "2026-02-30T00:00:00Z, -, -, INVALID_TIME",
                "yesterday, -, -, INVALID_TIME",
                "1e400, -, -, INVALID_TIME",
            })
    void timeIsCorrectedClampedOrRefused(String timestamp, String sentAt, String expected, String verdict) {
        TrackedEvent event = event(
                "{\"event\":\"a\",\"userId\":\"u\"" + field("timestamp", timestamp) + field("sentAt", sentAt) + "}");
        if (expected == null) {
            assertThat(event.fault).isEqualTo(EventFault.valueOf(verdict));
            return;
        }
        assertThat(event.fault).isNull();
        assertThat(Instant.ofEpochMilli(event.at)).isEqualTo(Instant.parse(expected));
        assertThat((event.flags & TrackedEvent.CLAMPED) != 0).isEqualTo("CLAMPED".equals(verdict));
        assertThat(event.timestamp).isEqualTo(timestamp);
    }

    @Test
    void aSourceMayAcceptOlderEvents() {
        var patient = new IntakeSource(new UUID(1, 1), new UUID(2, 2), LocalDate.of(1990, 1, 1), EventSources.Kind.WEB);
        TrackedEvent event = parse("{\"event\":\"a\",\"userId\":\"u\",\"timestamp\":\"1995-05-05\"}")
                .get(0);
        rules.apply(event, patient, NOW.toEpochMilli());
        assertThat(event.fault).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "null",
                "NULL",
                "undefined",
                "none",
                "nil",
                "NaN",
                "0",
                "-1",
                "true",
                "False",
                "anonymous",
                "Guest",
                " unknown ",
                "[object Object]",
                "00000000-0000-0000-0000-000000000000"
            })
    void aPlaceholderIsNoIdentifier(String placeholder) {
        assertThat(event("{\"event\":\"a\",\"userId\":\"" + placeholder + "\"}").fault)
                .isEqualTo(EventFault.NO_IDENTIFIER);
        TrackedEvent kept = event("{\"event\":\"a\",\"userId\":\"" + placeholder + "\",\"anonymousId\":\"a1\"}");
        assertThat(kept.fault).isNull();
        assertThat(kept.userId).isNull();
    }

    @Test
    void anIdentifierHasAtMost200Characters() {
        assertThat(event("{\"event\":\"a\",\"userId\":\"" + "𠮷".repeat(200) + "\"}").fault)
                .isNull();
        assertThat(event("{\"event\":\"a\",\"userId\":\"" + "x".repeat(201) + "\"}").fault)
                .isEqualTo(EventFault.NO_IDENTIFIER);
        assertThat(event("{\"event\":\"a\",\"userId\":42}").userId).isEqualTo("42");
    }

    @Test
    void oddValuesBecomeStorable() {
        TrackedEvent event = event(
                "{\"event\":\"a\\u0000\",\"userId\":\"u\",\"properties\":{\"k\\u0000\":\"x\\ud800y\",\"deep\":[{\"\\udc00\":\"\\u0000\"}],"
                        + "\"big\":9007199254740993,\"exact\":9007199254740992,\"huge\":1e400,\"tiny\":1e-400,\"zero\":-0,\"s\":\"\\\\u0000\",\"d\":1.50,\"t\":true,\"n\":null,\"__proto__\":1}}");
        assertThat(event.fault).isNull();
        assertThat(event.name).isEqualTo("a\uFFFD");
        assertThat(event.flags & TrackedEvent.SANITIZED).isNotZero();
        assertThat(event.props)
                .isEqualTo(
                        "{\"k\uFFFD\":\"x\uFFFDy\",\"deep\":[{\"\uFFFD\":\"\uFFFD\"}],\"big\":\"9007199254740993\",\"exact\":9007199254740992,"
                                + "\"huge\":\"1e400\",\"tiny\":\"1e-400\",\"zero\":-0,\"s\":\"\\\\u0000\",\"d\":1.50,\"t\":true,\"n\":null,\"__proto__\":1}");
        assertThat(event.propertyNames).hasSize(12);
    }

    @Test
    void textIsKeptExactly() {
        String text = "👨‍👩‍👧‍👦 𠮷 é e\u0301 العربية \u202E";
        assertThat(event("{\"event\":\"a\",\"userId\":\"u\",\"properties\":{\"t\":\"" + text + "\"}}").props)
                .isEqualTo("{\"t\":\"" + text + "\"}");
    }

    @Test
    void whatIsOverALimitIsRefusedAlone() {
        assertFault(EventFault.NAME_TOO_LONG, "\"properties\":{\"" + "n".repeat(257) + "\":1}");
        assertFault(EventFault.NUMBER_TOO_LONG, "\"properties\":{\"n\":1" + "0".repeat(100) + "}");
        assertFault(EventFault.EVENT_TOO_DEEP, "\"properties\":{\"n\":" + "[".repeat(40) + "]".repeat(40) + "}");
        assertFault(EventFault.EVENT_TOO_LARGE, "\"properties\":{\"n\":\"" + "x".repeat(33_000) + "\"}");
        var many = new StringBuilder("\"properties\":{\"k\":0");
        for (int i = 0; i < 500; i++) {
            many.append(",\"k").append(i).append("\":1");
        }
        assertFault(EventFault.TOO_MANY_KEYS, many.append('}').toString());
        assertFault(EventFault.INVALID_PROPERTIES, "\"properties\":5");
        assertFault(EventFault.INVALID_CONTEXT, "\"context\":[]");
        assertFault(EventFault.MESSAGE_ID_TOO_LONG, "\"messageId\":\"" + "m".repeat(101) + "\"");
        assertFault(EventFault.EVENT_NAME_TOO_LONG, "\"event\":\"" + "e".repeat(257) + "\"");
        assertFault(EventFault.EVENT_NAME_MISSING, "\"event\":\" \"");
    }

    private void assertFault(EventFault fault, String field) {
        List<TrackedEvent> events = TrackingParser.parse(
                        TrackingCall.Kind.BATCH,
                        ("{\"batch\":[{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u\"," + field
                                        + "},{\"type\":\"track\",\"event\":\"good\",\"userId\":\"u\"},7,{\"type\":\"x\"}]}")
                                .getBytes(StandardCharsets.UTF_8))
                .events();
        assertThat(events.get(0).fault).isEqualTo(fault);
        assertThat(events.get(0).faultPointer).startsWith("/batch/0");
        assertThat(events.get(1).fault).isNull();
        assertThat(events.get(2).fault).isEqualTo(EventFault.NOT_AN_OBJECT);
        assertThat(events.get(3).fault).isEqualTo(EventFault.UNKNOWN_TYPE);
        assertThat(events.get(3).raw()).isEqualTo("{\"type\":\"x\"}");
    }

    @Test
    void aDocumentThatCannotBeReadIsRefusedWhole() {
        assertRefused(EventError.INVALID_ENCODING, new byte[] {'{', '"', 'a', '"', ':', '"', (byte) 0xFF, '"', '}'});
        assertRefused(EventError.INVALID_ENCODING, new byte[] {'{', '"', (byte) 0xC0, (byte) 0xAF, '"', '}'});
        assertRefused(EventError.INVALID_ENCODING, new byte[] {'{', '"', (byte) 0xE4, (byte) 0xBD});
        assertRefused(EventError.INVALID_ENCODING, "{\"a\":1}".getBytes(StandardCharsets.UTF_16));
        assertRefused(EventError.INVALID_ENCODING, "{\"a\":1}".getBytes(StandardCharsets.UTF_16LE));
        assertRefused(EventError.INVALID_ENCODING, "{\"event\":\"登录\"}".getBytes(Charset.forName("GBK")));
        for (String text : List.of(
                "", "nonsense", "[]", "{", "{\"a\":NaN}", "{\"event\":\"a\"} x", "{\"a\":01}", "{\"a\":\"\t\"}")) {
            assertRefused(EventError.DOCUMENT_UNREADABLE, text.getBytes(StandardCharsets.UTF_8));
        }
        assertRefused(
                EventError.DOCUMENT_UNREADABLE,
                ("{\"properties\":" + "[".repeat(60_000)).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> TrackingParser.parse(
                        TrackingCall.Kind.BATCH,
                        ("{\"batch\":[" + "1,".repeat(2_500) + "1]}").getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(EventError.TOO_MANY_EVENTS));
    }

    private static void assertRefused(EventError error, byte[] body) {
        assertThatThrownBy(() -> TrackingParser.parse(TrackingCall.Kind.TRACK, body))
                .isInstanceOfSatisfying(
                        OpsdeckException.class, e -> assertThat(e.code()).isEqualTo(error));
    }

    @Test
    void theWriteKeyIsTakenFromBasicBearerOrBody() {
        var base64 = java.util.Base64.getEncoder();
        assertThat(WriteKeys.ofHeader("Basic " + base64.encodeToString("k1:".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("k1");
        assertThat(WriteKeys.ofHeader("basic " + base64.encodeToString("k1".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("k1");
        assertThat(WriteKeys.ofHeader("Bearer opd_wk_x")).isEqualTo("opd_wk_x");
        assertThat(WriteKeys.ofHeader("Bearer opd_at_x")).isNull();
        assertThat(TrackingParser.parse(
                                TrackingCall.Kind.BATCH,
                                "{\"batch\":[],\"writeKey\":\"k2\"}".getBytes(StandardCharsets.UTF_8))
                        .writeKey())
                .isEqualTo("k2");
    }

    private TrackedEvent event(String json) {
        TrackedEvent event = parse(json).get(0);
        rules.apply(event, source, NOW.toEpochMilli());
        return event;
    }

    private static List<TrackedEvent> parse(String json) {
        return TrackingParser.parse(TrackingCall.Kind.TRACK, json.getBytes(StandardCharsets.UTF_8))
                .events();
    }

    private static String field(String name, String value) {
        return value == null ? "" : ",\"" + name + "\":\"" + value + "\"";
    }
}
