package io.opsdeck.core.http;

import io.opsdeck.core.error.ErrorCode;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.http.HttpResult.Answer;
import io.opsdeck.core.http.HttpResult.NoAnswer;
import io.opsdeck.core.http.HttpResult.Reason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.config.TlsConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.impl.io.ManagedHttpClientConnectionFactory;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.config.Http1Config;
import org.apache.hc.core5.http.io.entity.ByteArrayEntity;
import org.apache.hc.core5.ssl.SSLContexts;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Every request of the product leaves through here. Addresses are checked each time, the connection goes to the address
 * that was checked, redirects are answers and are not followed, and time and size are bounded.
 */
@Component
public class OutboundHttp implements DisposableBean {

    private static final Set<Integer> SECURE_PORTS = Set.of(-1, 443, 8443);

    /** A host whose last label is a number must be a plain IPv4 address; readers differ over all other forms. */
    private static final Pattern NUMERIC = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0[xX][0-9a-fA-F]*)\\.?");

    private static final Pattern PLAIN_IPV4 = Pattern.compile("(?:0|[1-9][0-9]{0,2})(?:\\.(?:0|[1-9][0-9]{0,2})){3}");

    private static final Timeout CONNECT = Timeout.ofSeconds(5);
    private static final Timeout WAIT_FOR_CONNECTION = Timeout.ofSeconds(10);
    private static final int MOST_PER_HOST = 32;
    private static final int MOST_CONNECTIONS = 256;
    private static final int MOST_ADDRESSES = 3;
    private static final int LONGEST_URL = 2_000;
    private static final int LONGEST_HEADER = 16_384;
    private static final int MOST_HEADERS = 200;
    private static final int LONGEST_REFUSAL = 1_000_000;
    private static final int PIECE = 1 << 14;

    private final AddressRules rules;
    private final NameResolver resolver;
    private final CloseableHttpClient client;
    private final ExecutorService lookUps = Executors.newCachedThreadPool(daemon("http-names"));
    private final ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(daemon("http-watch"));

    @Autowired
    OutboundHttp(@Value("${opsdeck.outbound.allowed}") String allowed) {
        this(new AddressRules(allowed), InetAddress::getAllByName, SSLContexts.createDefault());
    }

    OutboundHttp(AddressRules rules, NameResolver resolver, SSLContext trust) {
        this.rules = rules;
        this.resolver = resolver;
        this.client = client(trust);
    }

    private static CloseableHttpClient client(SSLContext trust) {
        var header = Http1Config.custom()
                .setMaxLineLength(LONGEST_HEADER)
                .setMaxHeaderCount(MOST_HEADERS)
                .build();
        var connections = PoolingHttpClientConnectionManagerBuilder.create()
                .setConnectionFactory(ManagedHttpClientConnectionFactory.builder()
                        .http1Config(header)
                        .build())
                .setDnsResolver(new ResolvedBefore())
                .setTlsSocketStrategy(new DefaultClientTlsStrategy(trust))
                .setMaxConnPerRoute(MOST_PER_HOST)
                .setMaxConnTotal(MOST_CONNECTIONS)
                .setDefaultConnectionConfig(ConnectionConfig.custom()
                        .setConnectTimeout(CONNECT)
                        .setValidateAfterInactivity(TimeValue.ofMilliseconds(500))
                        .setTimeToLive(TimeValue.ofMinutes(1))
                        .build())
                .setDefaultTlsConfig(
                        TlsConfig.custom().setHandshakeTimeout(CONNECT).build())
                .build();
        return HttpClientBuilder.create()
                .setConnectionManager(connections)
                .setUserAgent("Opsdeck")
                .disableRedirectHandling()
                .disableAutomaticRetries()
                .disableCookieManagement()
                .disableAuthCaching()
                .disableContentCompression()
                .evictIdleConnections(TimeValue.ofSeconds(20))
                .build();
    }

    /** Addresses come from {@link #reach} alone; whoever asks for a name here would go round the check. */
    private static final class ResolvedBefore implements DnsResolver {

        @Override
        public InetAddress[] resolve(String host) throws UnknownHostException {
            throw new UnknownHostException(host);
        }

        @Override
        public @Nullable String resolveCanonicalHostname(String host) {
            return null;
        }
    }

    /**
     * Reads an address that is to be called later and checks it as {@link #exchange} will.
     *
     * @param pointer the field that a refusal points at
     */
    public URI check(String url, String pointer) {
        try {
            URI uri = new URI(url.strip());
            reach(uri, CONNECT.toDuration());
            return uri;
        } catch (URISyntaxException e) {
            throw HttpError.URL_INVALID.at(pointer);
        } catch (OpsdeckException e) {
            throw e.code().at(pointer);
        }
    }

    /** Whether the installation names this very host, or an address that is written out in place of one. */
    public boolean isAllowedByName(URI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return rules.isAllowedHost(host) || rules.isAllowedLiteral(host);
    }

    /** Sends the request once, to the first of the host's addresses that takes the connection. */
    public HttpResult exchange(HttpCall call) {
        return exchange(call, null);
    }

    /**
     * As {@link #exchange}, for an answer that is too large for memory: the body of a success goes to {@code to}, perhaps
     * in part where there is no answer in the end, and the answer has none.
     */
    public HttpResult download(HttpCall call, OutputStream to) {
        return exchange(call, to);
    }

    private HttpResult exchange(HttpCall call, @Nullable OutputStream to) {
        long begin = System.nanoTime();
        Reach reach;
        try {
            reach = reach(call.uri(), call.timeout());
        } catch (OpsdeckException e) {
            return new NoAnswer(Reason.valueOf(e.code().name()), since(begin));
        }
        HttpResult result = new NoAnswer(Reason.NOT_CONNECTED, since(begin));
        for (InetAddress address : reach.addresses()) {
            result = exchange(call, reach.at(address), to, begin);
            boolean elsewhere = result instanceof NoAnswer none && none.reason() == Reason.NOT_CONNECTED;
            if (!elsewhere) {
                return result;
            }
        }
        return result;
    }

    private HttpResult exchange(HttpCall call, HttpHost host, @Nullable OutputStream to, long begin) {
        Duration left = call.timeout().minus(since(begin));
        if (left.isNegative() || left.isZero()) {
            return new NoAnswer(Reason.TIMED_OUT, since(begin));
        }
        var request = new HttpUriRequestBase(call.method(), call.uri());
        call.headers().forEach(request::setHeader);
        if (call.body().length > 0) {
            request.setEntity(new ByteArrayEntity(call.body(), null));
        }
        request.setConfig(RequestConfig.custom()
                .setResponseTimeout(Timeout.of(left))
                .setConnectionRequestTimeout(WAIT_FOR_CONNECTION)
                .setProtocolUpgradeEnabled(false)
                .setExpectContinueEnabled(false)
                .build());
        var late = new AtomicBoolean();
        Future<?> limit = watch.schedule(
                () -> {
                    late.set(true);
                    request.cancel();
                },
                left.toMillis(),
                TimeUnit.MILLISECONDS);
        try {
            return client.execute(
                    host, request, response -> answer(request, response, call.longestAnswer(), to, begin));
        } catch (IOException e) {
            return new NoAnswer(late.get() ? Reason.TIMED_OUT : reason(e), since(begin));
        } finally {
            limit.cancel(false);
        }
    }

    private static HttpResult answer(
            HttpUriRequestBase request,
            ClassicHttpResponse response,
            int longest,
            @Nullable OutputStream to,
            long begin)
            throws IOException {
        var body = new ByteArrayOutputStream();
        boolean success = response.getCode() / 100 == 2;
        int most = to == null || success ? longest : Math.min(longest, LONGEST_REFUSAL);
        boolean whole = response.getEntity() == null
                || copied(response.getEntity().getContent(), to == null || !success ? body : to, most);
        if (!whole) {
            // Otherwise the client would read to the end of a body that may have none.
            request.cancel();
            throw new TooLarge();
        }
        Map<String, List<String>> headers = new TreeMap<>();
        for (Header each : response.getHeaders()) {
            headers.computeIfAbsent(each.getName().toLowerCase(Locale.ROOT), name -> new ArrayList<>())
                    .add(each.getValue() == null ? "" : each.getValue());
        }
        return new Answer(response.getCode(), headers, body.toByteArray(), since(begin));
    }

    /** False where there is more than {@code most}. */
    private static boolean copied(InputStream in, OutputStream to, int most) throws IOException {
        byte[] piece = new byte[PIECE];
        long left = most;
        for (int read = in.read(piece); read >= 0; read = in.read(piece)) {
            left -= read;
            if (left < 0) {
                return false;
            }
            to.write(piece, 0, read);
        }
        return true;
    }

    /** The body went on behind what the caller takes. */
    private static final class TooLarge extends IOException {

        private static final long serialVersionUID = 1L;
    }

    private static Reason reason(IOException e) {
        if (e instanceof TooLarge) {
            return Reason.ANSWER_TOO_LARGE;
        }
        if (e instanceof ConnectionRequestTimeoutException) {
            return Reason.HOST_BUSY;
        }
        if (e instanceof ConnectTimeoutException
                || e instanceof ConnectException
                || e instanceof NoRouteToHostException
                || e instanceof UnknownHostException) {
            return Reason.NOT_CONNECTED;
        }
        if (e instanceof SSLHandshakeException || e instanceof SSLPeerUnverifiedException) {
            return Reason.TLS_FAILED;
        }
        return e instanceof SocketTimeoutException ? Reason.TIMED_OUT : Reason.CONNECTION_LOST;
    }

    /** Where a request goes. */
    private record Reach(URI uri, String name, List<InetAddress> addresses) {

        /** The name stays for the Host header and for TLS; the connection goes to the address. */
        HttpHost at(InetAddress address) {
            return new HttpHost(uri.getScheme().toLowerCase(Locale.ROOT), address, name, uri.getPort());
        }
    }

    private Reach reach(URI uri, Duration patience) {
        String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        String host = uri.getHost();
        boolean web = scheme.equals("https") || scheme.equals("http");
        if (!web
                || host == null
                || uri.getRawUserInfo() != null
                || uri.getRawFragment() != null
                || uri.toString().length() > LONGEST_URL
                || host.contains("%")) {
            throw HttpError.URL_INVALID.exception();
        }
        host = host.toLowerCase(Locale.ROOT);
        if (NUMERIC.matcher(host).matches() && !PLAIN_IPV4.matcher(host).matches()) {
            throw HttpError.URL_INVALID.exception();
        }
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        List<InetAddress> addresses = resolve(name, patience);
        boolean named = rules.isAllowedHost(host);
        boolean exempt = named || addresses.stream().allMatch(rules::isAllowedAddress);
        if (!exempt && (!scheme.equals("https") || !SECURE_PORTS.contains(uri.getPort()))) {
            throw HttpError.URL_NOT_SECURE.exception();
        }
        boolean open = named
                || addresses.stream()
                        .allMatch(address -> rules.isAllowedAddress(address) || AddressRules.isPublic(address));
        if (!open) {
            throw HttpError.ADDRESS_REFUSED.exception();
        }
        return new Reach(uri, name, addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size())));
    }

    /** The look-up of the operating system knows no limit of ours, so another thread waits for it. */
    private List<InetAddress> resolve(String name, Duration patience) {
        Future<InetAddress[]> lookUp = lookUps.submit(() -> resolver.resolve(name));
        try {
            InetAddress[] found = lookUp.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (found.length == 0) {
                throw HttpError.HOST_UNKNOWN.exception();
            }
            return List.of(found);
        } catch (ExecutionException | TimeoutException e) {
            lookUp.cancel(true);
            throw unknown(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unknown(e);
        }
    }

    private static OpsdeckException unknown(Exception cause) {
        ErrorCode code = HttpError.HOST_UNKNOWN;
        return code.exception(cause);
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    private static ThreadFactory daemon(String name) {
        return work -> {
            var thread = new Thread(work, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    @Override
    public void destroy() throws IOException {
        watch.shutdownNow();
        lookUps.shutdownNow();
        client.close();
    }
}
