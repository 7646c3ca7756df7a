package io.opsdeck.user.profile;

import static java.util.Objects.requireNonNull;

import io.opsdeck.analytics.event.LogPosition;
import io.opsdeck.analytics.event.LogReader;
import io.opsdeck.analytics.event.LogReader.PersonAlias;
import io.opsdeck.analytics.event.LogReader.Sighting;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.store.TraitLog;
import io.opsdeck.core.worker.Worker;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.core.JacksonException;

/**
 * Keeps the profiles up with the logs of events and of merged persons, for all workspaces. A step reads a batch, then
 * writes it together with the cursor in one transaction, so a node that dies loses nothing and applies nothing twice.
 * The cursor's row is locked and compared before anything is written: of several nodes one works at a time. While there
 * is more it does not pause; otherwise it looks again after {@value #POLL_MILLIS} milliseconds.
 */
@Component
class ProfileFollower extends Worker {

    private static final Logger log = LoggerFactory.getLogger(ProfileFollower.class);
    private static final int BATCH = 5_000;
    private static final long POLL_MILLIS = 250;
    private static final Duration POLL = Duration.ofMillis(POLL_MILLIS);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(2);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(20);

    /** After the event intake has written its last events, before the pools. */
    private static final int PHASE = -1;

    private static final String READER = "profile";

    private final LogReader reader;
    private final ProfileNews news;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final ProfileWriter writer;

    /** Used by the following thread alone, like the limit. */
    private @Nullable Cursor cursor;

    private int limit = BATCH;

    ProfileFollower(
            LogReader reader,
            TraitLog traitLog,
            ProfileNews news,
            JdbcClient jdbc,
            PlatformTransactionManager transactionManager) {
        super("profile-follower", PHASE, LONGEST_STOP);
        this.reader = reader;
        this.news = news;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
        this.writer = new ProfileWriter(jdbc, traitLog);
    }

    private record Cursor(LogPosition events, LogPosition aliases) {}

    private record Batch(Cursor from, List<Sighting> sightings, List<PersonAlias> aliases) {

        Cursor to() {
            return new Cursor(
                    sightings.isEmpty()
                            ? from.events()
                            : sightings.get(sightings.size() - 1).position(),
                    aliases.isEmpty()
                            ? from.aliases()
                            : aliases.get(aliases.size() - 1).position());
        }

        Set<PersonId> persons() {
            Set<PersonId> persons = new HashSet<>();
            sightings.forEach(sighting -> persons.add(sighting.person()));
            aliases.forEach(alias -> persons.add(alias.person()));
            return persons;
        }
    }

    /**
     * Follows one batch of at most {@code most} events and merges.
     *
     * @return true when there may be more at once
     */
    boolean follow(int most) {
        Cursor from = cursor == null ? stored() : cursor;
        cursor = null;
        var batch = new Batch(from, reader.sightings(from.events(), most), reader.aliases(from.aliases(), most));
        if (batch.sightings().isEmpty() && batch.aliases().isEmpty()) {
            cursor = from;
            return false;
        }
        var survivors = reader.merged(batch.persons());
        boolean mine = Boolean.TRUE.equals(CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> {
            if (!read(" for update skip locked").filter(from::equals).isPresent()) {
                return false;
            }
            news.note(writer.write(batch.sightings(), batch.aliases(), survivors));
            move(batch.to());
            return true;
        })));
        if (mine) {
            cursor = batch.to();
        }
        return mine && (batch.sightings().size() == most || batch.aliases().size() == most);
    }

    /** Passes over one event that no profile can take, so that it does not hold up those behind it. */
    private void skip() {
        Cursor from = stored();
        List<Sighting> bad = reader.sightings(from.events(), 1);
        if (bad.isEmpty()) {
            return;
        }
        LogPosition position = bad.get(0).position();
        log.error("The event at {} of the log cannot be applied to a profile and is passed over", position);
        CurrentWorkspace.callAsSystem(() -> transactions.execute(status -> {
            if (read(" for update skip locked").filter(from::equals).isPresent()) {
                move(new Cursor(position, from.aliases()));
            }
            return true;
        }));
    }

    private Cursor stored() {
        return CurrentWorkspace.callAsSystem(
                () -> requireNonNull(transactions.execute(status -> read("").orElseThrow())));
    }

    private Optional<Cursor> read(String locking) {
        return jdbc.sql("select event_tx::text, event_seq, alias_tx::text, alias_seq from users.log_cursor"
                        + " where reader = ?" + locking)
                .param(READER)
                .query((row, number) -> new Cursor(
                        new LogPosition(Long.parseUnsignedLong(row.getString(1)), row.getLong(2)),
                        new LogPosition(Long.parseUnsignedLong(row.getString(3)), row.getLong(4))))
                .optional();
    }

    private void move(Cursor to) {
        jdbc.sql("update users.log_cursor set event_tx = ?::text::xid8, event_seq = ?, alias_tx = ?::text::xid8,"
                        + " alias_seq = ? where reader = ?")
                .params(
                        Long.toUnsignedString(to.events().tx()),
                        to.events().seq(),
                        Long.toUnsignedString(to.aliases().tx()),
                        to.aliases().seq(),
                        READER)
                .update();
    }

    @Override
    protected Duration step() {
        try {
            boolean more = follow(limit);
            limit = Math.min(BATCH, limit * 2);
            return more ? Duration.ZERO : POLL;
        } catch (DataIntegrityViolationException | JacksonException e) {
            return narrow(e);
        }
    }

    private Duration narrow(RuntimeException e) {
        log.debug("a batch of {} was refused", limit, e);
        if (limit > 1) {
            limit /= 2;
            return Duration.ZERO;
        }
        skip();
        return AFTER_FAILURE;
    }
}
