package io.opsdeck.web.signon;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A provider of OpenID Connect, as strict as one has to be with a client: it checks redirect address, secret and PKCE,
 * and takes a code once. Whoever is set signs in without being asked. Its tokens can be spoilt.
 */
final class TestProvider implements AutoCloseable {

    static final String CLIENT = "opsdeck";
    static final String SECRET = "the secret of the test, long enough for HS256";

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** Making keys takes time, and no test changes them. */
    private static final RSAKey KEY = key();

    private static final RSAKey FOREIGN = key();

    private final HttpServer server;
    private final Map<String, Asked> codes = new ConcurrentHashMap<>();
    private final AtomicInteger number = new AtomicInteger();

    private volatile Someone someone = new Someone("nobody", "nobody@example.com", true, "Nobody");
    private volatile Consumer<JWTClaimsSet.Builder> spoil = claims -> {};
    private volatile Signature signature = Signature.OWN_KEY;
    private volatile boolean mailInToken = true;
    private volatile boolean declines;

    /** Who is signed in at the provider. */
    record Someone(String subject, @Nullable String mail, boolean verified, String name) {}

    /** How tokens are signed. */
    enum Signature {
        OWN_KEY,
        /** Another key under the name of the right one. */
        FOREIGN_KEY,
        /** With the client's secret, which the client knows as well. */
        SECRET,
        NONE
    }

    private record Asked(String nonce, String challenge, String redirect, Someone someone) {}

    TestProvider() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/.well-known/openid-configuration", exchange -> json(exchange, 200, description()));
        server.createContext("/keys", exchange -> json(exchange, 200, new JWKSet(KEY.toPublicJWK()).toJSONObject()));
        server.createContext("/authorize", this::authorize);
        server.createContext("/token", this::token);
        server.createContext("/userinfo", this::userInfo);
        server.start();
    }

    private static RSAKey key() {
        try {
            return new RSAKeyGenerator(2048).keyID("one").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String issuer() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Whoever comes from now on is this person. */
    void signIn(Someone next) {
        someone = next;
    }

    /** Changes what is in the tokens from now on. */
    void spoil(Consumer<JWTClaimsSet.Builder> change) {
        spoil = change;
    }

    void sign(Signature with) {
        signature = with;
    }

    void tellMailOnlyWhenAsked() {
        mailInToken = false;
    }

    void decline() {
        declines = true;
    }

    private Map<String, Object> description() {
        Map<String, Object> says = new TreeMap<>();
        says.put("issuer", issuer());
        says.put("authorization_endpoint", issuer() + "/authorize");
        says.put("token_endpoint", issuer() + "/token");
        says.put("userinfo_endpoint", issuer() + "/userinfo");
        says.put("jwks_uri", issuer() + "/keys");
        says.put("response_types_supported", new String[] {"code"});
        says.put("subject_types_supported", new String[] {"public"});
        says.put("id_token_signing_alg_values_supported", new String[] {"RS256"});
        return says;
    }

    private void authorize(HttpExchange exchange) throws IOException {
        Map<String, String> asked = form(exchange.getRequestURI().getRawQuery());
        boolean right = CLIENT.equals(asked.get("client_id"))
                && "code".equals(asked.get("response_type"))
                && asked.getOrDefault("scope", "").contains("openid")
                && "S256".equals(asked.get("code_challenge_method"))
                && asked.containsKey("nonce")
                && asked.containsKey("state");
        if (!right) {
            json(exchange, 400, Map.of("error", "invalid_request"));
            return;
        }
        String code = "code" + number.incrementAndGet();
        String redirect = asked.getOrDefault("redirect_uri", "");
        codes.put(
                code,
                new Asked(
                        asked.getOrDefault("nonce", ""), asked.getOrDefault("code_challenge", ""), redirect, someone));
        String answer = declines ? "error=access_denied" : "code=" + code;
        exchange.getResponseHeaders().add("Location", redirect + "?" + answer + "&state=" + asked.get("state"));
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void token(HttpExchange exchange) throws IOException {
        Map<String, String> form = form(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
        Asked asked = codes.remove(form.getOrDefault("code", ""));
        boolean right = asked != null
                && "authorization_code".equals(form.get("grant_type"))
                && asked.redirect().equals(form.get("redirect_uri"))
                && asked.challenge().equals(challenge(form.getOrDefault("code_verifier", "")))
                && isClient(exchange.getRequestHeaders().getFirst("Authorization"));
        if (asked == null || !right) {
            json(exchange, 400, Map.of("error", "invalid_grant"));
            return;
        }
        json(
                exchange,
                200,
                Map.of(
                        "access_token",
                        "access-" + asked.someone().subject(),
                        "token_type",
                        "Bearer",
                        "expires_in",
                        300,
                        "id_token",
                        token(asked)));
    }

    private static boolean isClient(@Nullable String header) {
        String pair = CLIENT + ":" + java.net.URLEncoder.encode(SECRET, StandardCharsets.UTF_8);
        return ("Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8))).equals(header);
    }

    private String token(Asked asked) {
        Instant now = Instant.now();
        var claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .subject(asked.someone().subject())
                .audience(CLIENT)
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plusSeconds(300)))
                .claim("nonce", asked.nonce())
                .claim("name", asked.someone().name());
        if (mailInToken) {
            claims.claim("email", asked.someone().mail())
                    .claim("email_verified", asked.someone().verified());
        }
        spoil.accept(claims);
        return signed(claims.build());
    }

    private String signed(JWTClaimsSet claims) {
        try {
            if (signature == Signature.NONE) {
                return new PlainJWT(claims).serialize();
            }
            boolean secret = signature == Signature.SECRET;
            var token = new SignedJWT(
                    new JWSHeader.Builder(secret ? JWSAlgorithm.HS256 : JWSAlgorithm.RS256)
                            .keyID("one")
                            .build(),
                    claims);
            if (secret) {
                token.sign(new MACSigner(SECRET));
            } else {
                token.sign(new RSASSASigner(signature == Signature.OWN_KEY ? KEY : FOREIGN));
            }
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    private void userInfo(HttpExchange exchange) throws IOException {
        Someone known = someone;
        if (!("Bearer access-" + known.subject())
                .equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            json(exchange, 401, Map.of("error", "invalid_token"));
            return;
        }
        json(
                exchange,
                200,
                Map.of(
                        "sub",
                        known.subject(),
                        "email",
                        String.valueOf(known.mail()),
                        "email_verified",
                        known.verified()));
    }

    private static String challenge(String verifier) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(verifier.getBytes(StandardCharsets.US_ASCII));
            return Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Map<String, String> form(String text) {
        Map<String, String> fields = new TreeMap<>();
        for (String pair : text.split("&")) {
            int cut = pair.indexOf('=');
            fields.put(
                    URLDecoder.decode(pair.substring(0, cut), StandardCharsets.UTF_8),
                    URLDecoder.decode(pair.substring(cut + 1), StandardCharsets.UTF_8));
        }
        return fields;
    }

    private static void json(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = JSON.writeValueAsBytes(body);
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
