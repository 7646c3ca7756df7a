package io.opsdeck.core.chat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The four platforms as far as robots see them: they check address, signature, time and size as their manuals say, and
 * answer in their words, mostly with HTTP 200. {@link #next} makes them answer something else once.
 */
final class ChatSinks implements AutoCloseable {

    static final String TOKEN = "3f9c-token";
    static final String SECRET = "SEC-of-the-robot";

    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final long HOUR = 3_600_000;

    final Map<Platform, List<String>> taken = new ConcurrentHashMap<>();
    final Map<Platform, Queue<String>> next = new ConcurrentHashMap<>();
    private final HttpServer server;

    ChatSinks() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        for (Platform platform : Platform.values()) {
            taken.put(platform, new CopyOnWriteArrayList<>());
            next.put(platform, new ConcurrentLinkedQueue<>());
        }
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/open-apis/bot/v2/hook/", exchange -> answer(exchange, Platform.FEISHU));
        server.createContext("/robot/send", exchange -> answer(exchange, Platform.DINGTALK));
        server.createContext("/cgi-bin/webhook/send", exchange -> answer(exchange, Platform.WECOM));
        server.createContext("/services/", exchange -> answer(exchange, Platform.SLACK));
        server.start();
    }

    String address(Platform platform) {
        String path = switch (platform) {
            case FEISHU -> "/open-apis/bot/v2/hook/" + TOKEN;
            case DINGTALK -> "/robot/send?access_token=" + TOKEN;
            case WECOM -> "/cgi-bin/webhook/send?key=" + TOKEN;
            case SLACK -> "/services/T0/B0/" + TOKEN;
        };
        return "http://127.0.0.1:" + server.getAddress().getPort() + path;
    }

    /** All that a platform took, as one text. */
    String said(Platform platform) {
        return String.join("\n", taken.getOrDefault(platform, List.of()));
    }

    private void answer(HttpExchange exchange, Platform platform) throws IOException {
        byte[] bytes = exchange.getRequestBody().readAllBytes();
        String body = new String(bytes, StandardCharsets.UTF_8);
        String planned =
                next.getOrDefault(platform, new ConcurrentLinkedQueue<>()).poll();
        String answer = planned != null ? planned : judge(exchange, platform, body, bytes.length);
        int status = 200;
        if (answer.matches("[0-9]{3} .*")) {
            status = Integer.parseInt(answer.substring(0, 3));
            answer = answer.substring(4);
        }
        byte[] text = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, text.length);
        exchange.getResponseBody().write(text);
        exchange.close();
    }

    private String judge(HttpExchange exchange, Platform platform, String body, int bytes) {
        JsonNode message = JSON.readTree(body);
        String path = exchange.getRequestURI().getPath();
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        return switch (platform) {
            case FEISHU -> feishu(path, message, body, bytes);
            case DINGTALK -> dingTalk(query, message);
            case WECOM -> weCom(query, message);
            case SLACK -> slack(path, message);
        };
    }

    private String feishu(String path, JsonNode message, String body, int bytes) {
        long seconds = message.path("timestamp").asLong();
        String expected = hmac(message.path("timestamp").asString() + "\n" + SECRET, "");
        if (Math.abs(System.currentTimeMillis() - seconds * 1000) > HOUR
                || !expected.equals(message.path("sign").asString())) {
            return "{\"code\":19021,\"data\":{},\"msg\":\"sign match fail or timestamp is not within one hour\"}";
        }
        if (!path.endsWith(TOKEN) || bytes > 20 * 1024) {
            return "{\"code\":19001,\"data\":{},\"msg\":\"param invalid: incoming webhook access token invalid\"}";
        }
        take(Platform.FEISHU, message.path("content").path("post").toString());
        return body.contains("post") ? "{\"code\":0,\"msg\":\"success\",\"data\":{}}" : "{\"code\":9499}";
    }

    private String dingTalk(Map<String, String> query, JsonNode message) {
        long millis = Long.parseLong(query.getOrDefault("timestamp", "0"));
        String expected = hmac(SECRET, millis + "\n" + SECRET);
        if (Math.abs(System.currentTimeMillis() - millis) > HOUR || !expected.equals(query.get("sign"))) {
            return "{\"errcode\":310000,\"errmsg\":\"sign not match, more: [https://ding-doc.dingtalk.com]\"}";
        }
        if (!TOKEN.equals(query.get("access_token"))) {
            return "{\"errcode\":300005,\"errmsg\":\"token is not exist\"}";
        }
        if (message.path("markdown").path("title").asString().isEmpty()) {
            return "{\"errcode\":400501,\"errmsg\":\"title missing\"}";
        }
        take(Platform.DINGTALK, message.path("markdown").path("text").asString());
        return "{\"errcode\":0,\"errmsg\":\"ok\"}";
    }

    private String weCom(Map<String, String> query, JsonNode message) {
        if (!TOKEN.equals(query.get("key"))) {
            return "{\"errcode\":93000,\"errmsg\":\"invalid webhook url, hint: [1]\"}";
        }
        String content = message.path("markdown").path("content").asString();
        if (content.getBytes(StandardCharsets.UTF_8).length > 4096) {
            return "{\"errcode\":40058,\"errmsg\":\"markdown.content exceed max length 4096\"}";
        }
        take(Platform.WECOM, content);
        return "{\"errcode\":0,\"errmsg\":\"ok\"}";
    }

    private String slack(String path, JsonNode message) {
        if (!path.endsWith(TOKEN)) {
            return "404 no_service";
        }
        if (message.path("text").asString().isEmpty()) {
            return "400 no_text";
        }
        take(Platform.SLACK, message.path("text").asString());
        return "ok";
    }

    private void take(Platform platform, String text) {
        taken.getOrDefault(platform, List.of()).add(text);
    }

    private static Map<String, String> query(String raw) {
        return raw == null
                ? Map.of()
                : Arrays.stream(raw.split("&"))
                        .map(pair -> pair.split("=", 2))
                        .collect(Collectors.toMap(
                                pair -> pair[0], pair -> URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
    }

    private static String hmac(String key, String message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder().encodeToString(mac.doFinal(message.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
