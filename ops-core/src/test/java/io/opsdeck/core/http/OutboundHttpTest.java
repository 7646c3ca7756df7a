package io.opsdeck.core.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.opsdeck.core.http.HttpResult.Answer;
import io.opsdeck.core.http.HttpResult.NoAnswer;
import io.opsdeck.core.http.HttpResult.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.hc.core5.ssl.SSLContexts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OutboundHttpTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private final AtomicInteger requests = new AtomicInteger();
    private HttpServer server = server();

    private static HttpServer server() {
        try {
            return HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeEach
    void start() {
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", exchange -> {
            requests.incrementAndGet();
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders()
                    .add("X-Host", exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://127.0.0.1/",
                "https://127.1/",
                "https://2130706433/",
                "https://0x7f000001/",
                "https://0177.0.0.1/",
                "https://127.0.0.1./",
                "https://0.0.0.0/",
                "https://localhost/",
                "https://10.1.2.3/",
                "https://172.16.0.1/",
                "https://172.31.255.255/",
                "https://192.168.1.1/",
                "https://100.64.0.1/",
                "https://100.100.100.200/",
                "https://169.254.169.254/latest/meta-data/",
                "https://168.63.129.16/",
                "https://192.0.0.192/",
                "https://198.18.0.1/",
                "https://224.0.0.1/",
                "https://255.255.255.255/",
                "https://[::1]/",
                "https://[::]/",
                "https://[::ffff:127.0.0.1]/",
                "https://[::ffff:7f00:1]/",
                "https://[0:0:0:0:0:ffff:a9fe:a9fe]/",
                "https://[::7f00:1]/",
                "https://[64:ff9b::7f00:1]/",
                "https://[64:ff9b::a9fe:a9fe]/",
                "https://[64:ff9b:1::a00:1]/",
                "https://[2002:7f00:1::]/",
                "https://[2001:0:7f00:1::]/",
                "https://[2001:db8::1]/",
                "https://[fc00::1]/",
                "https://[fd00:ec2::254]/",
                "https://[fe80::1]/",
                "https://[fec0::1]/",
                "https://[ff02::1]/",
                "https://[fe80::1%25eth0]/",
                "https://8.8.8.8:22/",
                "http://8.8.8.8/",
                "ftp://8.8.8.8/",
                "file:///etc/passwd",
                "gopher://8.8.8.8/",
                "https:8.8.8.8",
                "//8.8.8.8/",
                "https://user@8.8.8.8/",
                "https://8.8.8.8@127.0.0.1/",
                "https://8.8.8.8/#fragment",
                "https://exa mple.com/",
                "https://nobody.invalid/",
            })
    void refusesAddressesThatAreNotPublicInEveryForm(String url) throws Exception {
        try (var http = http("", InetAddress::getAllByName)) {
            assertThatThrownBy(() -> http.client.check(url, "/url"))
                    .isInstanceOfSatisfying(
                            io.opsdeck.core.error.OpsdeckException.class,
                            e -> assertThat(e.code()).isInstanceOf(HttpError.class));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "https://8.8.8.8/hook?a=b",
                "https://8.8.8.8:8443/",
                "HTTPS://[2606:4700::1111]/",
                "https://[64:ff9b::808:808]/",
                "https://172.32.0.1/"
            })
    void takesPublicAddresses(String url) throws Exception {
        try (var http = http("", InetAddress::getAllByName)) {
            assertThat(http.client.check(url, "/url")).isEqualTo(URI.create(url));
        }
    }

    @Test
    void oneInnerAddressAmongSeveralIsEnoughToRefuse() throws Exception {
        try (var http = http("", host -> addresses("8.8.8.8", "10.0.0.1"))) {
            assertThat(http.get("https://two.example/")).isEqualTo(Reason.ADDRESS_REFUSED);
        }
    }

    @Test
    void theInstallationMayAllowHostsAndNetworks() throws Exception {
        try (var http = http("inner.example, 10.0.0.0/9", host -> addresses("10.127.0.1"))) {
            assertThat(http.client.check("http://inner.example:8080/", "/url")).hasHost("inner.example");
            assertThat(http.client.check("http://other.example:8080/", "/url")).hasHost("other.example");
        }
        try (var http = http("inner.example, 10.0.0.0/9", host -> addresses("10.128.0.1"))) {
            assertThat(http.client.check("http://inner.example:8080/", "/url")).hasHost("inner.example");
            assertThatThrownBy(() -> http.client.check("https://other.example/", "/url"))
                    .hasMessage("address_refused");
        }
    }

    @Test
    void sendsWhatItWasGivenAndKeepsTheNameOfTheHost() throws Exception {
        try (var http = http("127.0.0.1", host -> addresses("127.0.0.1"))) {
            var result = http.client.exchange(
                    HttpCall.post(at("sink.example", "/"), Map.of("X-One", "1"), "grüße".getBytes(UTF_8), SOON));
            assertThat(result).isInstanceOfSatisfying(Answer.class, answer -> {
                assertThat(answer.status()).isEqualTo(200);
                assertThat(new String(answer.body(), UTF_8)).isEqualTo("grüße");
                assertThat(answer.header("x-host"))
                        .contains("sink.example:" + server.getAddress().getPort());
            });
        }
    }

    /** S-17: who answers a public address first and an inner one later gets the connection to the first. */
    @Test
    void theNameIsResolvedOnceAndTheConnectionGoesToTheAddressThatWasChecked() throws Exception {
        Deque<InetAddress[]> answers = new ArrayDeque<>(
                List.of(addresses("127.0.0.1"), addresses("169.254.169.254"), addresses("169.254.169.254")));
        try (var http = http("127.0.0.1", host -> answers.remove())) {
            assertThat(http.client.exchange(HttpCall.post(at("rebind.example", "/"), Map.of(), new byte[0], SOON)))
                    .isInstanceOf(Answer.class);
            assertThat(answers).hasSize(2);
            assertThat(http.get(at("rebind.example", "/").toString())).isEqualTo(Reason.URL_NOT_SECURE);
            assertThat(requests).hasValue(1);
        }
    }

    @Test
    void redirectsAreAnswersAndNotFollowed() throws Exception {
        server.createContext("/away", exchange -> {
            requests.incrementAndGet();
            exchange.getResponseHeaders().add("Location", at("127.0.0.1", "/").toString());
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
        });
        try (var http = http("127.0.0.1", InetAddress::getAllByName)) {
            var result = http.client.exchange(HttpCall.post(at("127.0.0.1", "/away"), Map.of(), new byte[0], SOON));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            Answer.class, answer -> assertThat(answer.status()).isEqualTo(302));
            assertThat(requests).hasValue(1);
        }
    }

    @Test
    void anAnswerWithoutEndIsCutOff() throws Exception {
        server.createContext("/endless", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                byte[] piece = new byte[65_536];
                for (int i = 0; i < 100_000; i++) {
                    out.write(piece);
                }
            }
        });
        try (var http = http("127.0.0.1", InetAddress::getAllByName)) {
            var result = http.client.exchange(HttpCall.post(at("127.0.0.1", "/endless"), Map.of(), new byte[0], SOON));
            assertThat(result).isInstanceOfSatisfying(NoAnswer.class, none -> {
                assertThat(none.reason()).isEqualTo(Reason.ANSWER_TOO_LARGE);
                assertThat(none.took()).isLessThan(SOON);
            });
        }
    }

    @Test
    void anAnswerByteByByteEndsAtTheTotalTimeout() throws Exception {
        server.createContext("/slow", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                for (int i = 0; i < 200; i++) {
                    out.write('x');
                    out.flush();
                    Thread.sleep(50);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try (var http = http("127.0.0.1", InetAddress::getAllByName)) {
            var result = http.client.exchange(
                    HttpCall.post(at("127.0.0.1", "/slow"), Map.of(), new byte[0], Duration.ofMillis(700)));
            assertThat(result).isInstanceOfSatisfying(NoAnswer.class, none -> {
                assertThat(none.reason()).isEqualTo(Reason.TIMED_OUT);
                assertThat(none.mayHaveArrived()).isTrue();
                assertThat(none.took()).isLessThan(Duration.ofSeconds(5));
            });
        }
    }

    @Test
    void whoNeverAnswersTheLookUpIsNotWaitedFor() throws Exception {
        try (var http = http("", host -> {
            try {
                Thread.sleep(60_000);
            } catch (InterruptedException e) {
                throw new UnknownHostException(host);
            }
            return addresses("8.8.8.8");
        })) {
            var result = http.client.exchange(
                    HttpCall.post(URI.create("https://slow.example/"), Map.of(), new byte[0], Duration.ofMillis(200)));
            assertThat(result)
                    .isInstanceOfSatisfying(
                            NoAnswer.class, none -> assertThat(none.reason()).isEqualTo(Reason.HOST_UNKNOWN));
        }
    }

    @Test
    void aClosedPortIsNoConnectionAndALostOneMayHaveArrived() throws Exception {
        int closed;
        try (var port = new ServerSocket(0)) {
            closed = port.getLocalPort();
        }
        try (var http = http("127.0.0.1", InetAddress::getAllByName)) {
            assertThat(http.get("http://127.0.0.1:" + closed + "/")).isEqualTo(Reason.NOT_CONNECTED);
            assertThat(Reason.NOT_CONNECTED).matches(reason -> !new NoAnswer(reason, SOON).mayHaveArrived());
            try (var port = new ServerSocket(0)) {
                var hangUp = new Thread(() -> {
                    try (Socket socket = port.accept()) {
                        socket.getInputStream().read();
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
                hangUp.start();
                assertThat(http.get("http://127.0.0.1:" + port.getLocalPort() + "/"))
                        .isEqualTo(Reason.CONNECTION_LOST);
                hangUp.join();
            }
        }
    }

    @Test
    void whereTheFirstAddressTakesNoConnectionTheNextIsTried() throws Exception {
        try (var http = http("127.0.0.0/8", host -> addresses("127.0.0.9", "127.0.0.1"))) {
            assertThat(http.client.exchange(HttpCall.post(at("two.example", "/"), Map.of(), new byte[0], SOON)))
                    .isInstanceOf(Answer.class);
        }
    }

    @Test
    void onlyATrustedCertificateOfTheSameNameIsTaken() throws Exception {
        char[] password = "changeit".toCharArray();
        Path file = folder.resolve("sink.p12");
        new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "sink",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=sink.example",
                        "-ext",
                        "san=dns:sink.example",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        "changeit",
                        "-keystore",
                        file.toString())
                .inheritIO()
                .start()
                .waitFor();
        var context = SSLContexts.custom()
                .loadKeyMaterial(file, password, password)
                .loadTrustMaterial(file, password)
                .build();
        HttpsServer secure = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secure.setHttpsConfigurator(new HttpsConfigurator(context));
        secure.createContext("/", exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        secure.start();
        String port = ":" + secure.getAddress().getPort() + "/";
        try (var trusting = new Client(
                        new OutboundHttp(new AddressRules("127.0.0.1"), host -> addresses("127.0.0.1"), context));
                var http = http("127.0.0.1", host -> addresses("127.0.0.1"))) {
            var call = HttpCall.post(URI.create("https://sink.example" + port), Map.of(), new byte[0], SOON);
            assertThat(trusting.client.exchange(call)).isInstanceOf(Answer.class);
            assertThat(requests).hasValue(1);
            assertThat(trusting.get("https://other.example" + port)).isEqualTo(Reason.TLS_FAILED);
            assertThat(http.get("https://sink.example" + port)).isEqualTo(Reason.TLS_FAILED);
            assertThat(requests).hasValue(1);
        } finally {
            secure.stop(0);
        }
    }

    private URI at(String host, String path) {
        return URI.create("http://" + host + ":" + server.getAddress().getPort() + path);
    }

    private static InetAddress[] addresses(String... literals) {
        InetAddress[] found = new InetAddress[literals.length];
        for (int i = 0; i < literals.length; i++) {
            try {
                found[i] = InetAddress.getByName(literals[i]);
            } catch (UnknownHostException e) {
                throw new IllegalStateException(e);
            }
        }
        return found;
    }

    private static Client http(String allowed, NameResolver resolver) {
        return new Client(new OutboundHttp(new AddressRules(allowed), resolver, SSLContexts.createDefault()));
    }

    private record Client(OutboundHttp client) implements AutoCloseable {

        Reason get(String url) {
            var call = new HttpCall("GET", URI.create(url), Map.of(), new byte[0], SOON, 1000);
            return ((NoAnswer) client.exchange(call)).reason();
        }

        @Override
        public void close() throws IOException {
            client.destroy();
        }
    }
}
