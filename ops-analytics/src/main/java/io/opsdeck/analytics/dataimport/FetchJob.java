package io.opsdeck.analytics.dataimport;

import static java.nio.file.StandardOpenOption.DELETE_ON_CLOSE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import io.opsdeck.analytics.dataimport.ImportLinks.LinkView;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.file.FileError;
import io.opsdeck.core.http.HttpCall;
import io.opsdeck.core.http.HttpError;
import io.opsdeck.core.http.HttpResult;
import io.opsdeck.core.http.HttpResult.Answer;
import io.opsdeck.core.http.HttpResult.NoAnswer;
import io.opsdeck.core.http.OutboundHttp;
import io.opsdeck.core.job.JobHandler;
import io.opsdeck.core.job.JobRun;
import java.io.IOException;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Fetches the file of a link into a temporary file without a name, unless the server says that it is the one that is known. After a
 * crash it is fetched again, which brings nothing new.
 */
@Component
final class FetchJob implements JobHandler {

    static final String KIND = "import.fetch";

    private static final Duration PATIENCE = Duration.ofMinutes(10);
    private static final int NOT_MODIFIED = 304;

    private final ImportLinks links;
    private final OutboundHttp http;

    FetchJob(ImportLinks links, OutboundHttp http) {
        this.links = links;
        this.http = http;
    }

    @Override
    public String kind() {
        return KIND;
    }

    @Override
    public Object run(JobRun run) throws IOException {
        var id = new ImportLinkId(run.parameters(ImportLinks.Order.class).link());
        LinkView link = links.require(id);
        try (FileChannel copy =
                FileChannel.open(Files.createTempFile("opsdeck-fetch", null), READ, WRITE, DELETE_ON_CLOSE)) {
            MessageDigest digest = sha256();
            var out = new DigestOutputStream(Channels.newOutputStream(copy), digest);
            Answer answer = answered(http.download(call(link), out));
            run.checkpoint(Map.of(), 0);
            if (answer.status() == NOT_MODIFIED) {
                return links.unchanged(id);
            }
            return links.take(
                    id,
                    Channels.newInputStream(copy.position(0)),
                    HexFormat.of().formatHex(digest.digest()),
                    answer.header("etag").orElse(null),
                    answer.header("last-modified").orElse(null));
        }
    }

    private static HttpCall call(LinkView link) {
        var headers = new LinkedHashMap<String, String>();
        if (link.etag() != null) {
            headers.put("If-None-Match", link.etag());
        }
        if (link.lastModified() != null) {
            headers.put("If-Modified-Since", link.lastModified());
        }
        return HttpCall.get(URI.create(link.url()), headers, PATIENCE, Math.toIntExact(Imports.MOST_BYTES));
    }

    private static Answer answered(HttpResult result) {
        if (result instanceof NoAnswer none) {
            throw refusal(none);
        }
        Answer answer = (Answer) result;
        if (answer.isSuccess() || answer.status() == NOT_MODIFIED) {
            return answer;
        }
        if (answer.status() / 100 == 3) {
            throw ImportError.FETCH_REDIRECTED.exception();
        }
        throw ImportError.FETCH_ANSWERED.exception(answer.status());
    }

    private static OpsdeckException refusal(NoAnswer none) {
        return switch (none.reason()) {
            case URL_INVALID -> HttpError.URL_INVALID.exception();
            case URL_NOT_SECURE -> HttpError.URL_NOT_SECURE.exception();
            case HOST_UNKNOWN -> HttpError.HOST_UNKNOWN.exception();
            case ADDRESS_REFUSED -> HttpError.ADDRESS_REFUSED.exception();
            case TLS_FAILED -> ImportError.FETCH_TLS_FAILED.exception();
            case HOST_BUSY, NOT_CONNECTED -> ImportError.FETCH_NOT_CONNECTED.exception();
            case TIMED_OUT, CONNECTION_LOST -> ImportError.FETCH_BROKEN.exception();
            case ANSWER_TOO_LARGE -> FileError.FILE_TOO_LARGE.exception(Imports.MOST_BYTES >> 20);
        };
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
