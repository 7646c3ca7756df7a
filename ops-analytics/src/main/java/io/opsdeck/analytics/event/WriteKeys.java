package io.opsdeck.analytics.event;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.opsdeck.core.security.Secrets;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * Finds the source of a write key. Junk is told by its checksum without asking the database; answers, also "unknown",
 * are kept for ten seconds, so that is how long a disabled key still works.
 */
@Component
class WriteKeys {

    static final String KIND = "wk";
    private static final Duration KEPT = Duration.ofSeconds(10);
    private static final int MOST_KEPT = 10_000;

    private final DataSource database;
    private final Cache<String, Optional<IntakeSource>> sources =
            Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(MOST_KEPT).build();

    WriteKeys(@Qualifier("intakeDataSource") DataSource database) {
        this.database = database;
    }

    /** The write key of a Basic (as user, with or without the colon) or Bearer header, or null where it carries none. */
    static @Nullable String ofHeader(@Nullable String authorization) {
        if (authorization == null) {
            return null;
        }
        int space = authorization.indexOf(' ');
        String scheme = space < 0 ? "" : authorization.substring(0, space);
        String value = authorization.substring(space + 1).strip();
        if (scheme.equalsIgnoreCase("bearer")) {
            return value.startsWith("opd_" + KIND + "_") ? value : null;
        }
        if (!scheme.equalsIgnoreCase("basic")) {
            return null;
        }
        try {
            String user = new String(Base64.getDecoder().decode(value), StandardCharsets.UTF_8);
            int colon = user.indexOf(':');
            return colon < 0 ? user : user.substring(0, colon);
        } catch (IllegalArgumentException e) {
            return "";
        }
    }

    /** The enabled source of {@code key}; throws {@link EventError#WRITE_KEY_UNKNOWN}. */
    IntakeSource require(@Nullable String key) {
        if (key == null || !Secrets.isWellFormed(KIND, key)) {
            throw EventError.WRITE_KEY_UNKNOWN.exception();
        }
        Optional<IntakeSource> known = sources.getIfPresent(key);
        if (known == null) {
            known = load(key);
            sources.put(key, known);
        }
        return known.orElseThrow(EventError.WRITE_KEY_UNKNOWN::exception);
    }

    void forget() {
        sources.invalidateAll();
    }

    private Optional<IntakeSource> load(String key) {
        try (var connection = database.getConnection();
                var statement = connection.prepareStatement("select " + IntakeSource.COLUMNS
                        + " from analytics.source s" + " where write_key_hash = ? and disabled_at is null")) {
            statement.setBytes(1, Secrets.hash(key));
            try (var rows = statement.executeQuery()) {
                if (!rows.next()) {
                    return Optional.empty();
                }
                return Optional.of(IntakeSource.read(rows, 1));
            }
        } catch (SQLException e) {
            throw IntakeFailure.unavailable(e);
        }
    }
}
