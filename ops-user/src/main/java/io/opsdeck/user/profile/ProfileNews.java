package io.opsdeck.user.profile;

import static java.util.Objects.requireNonNull;

import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.worker.Worker;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.Array;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Tells webhooks which profiles were created and merged. The follower of the log notes it in its own transaction, as a
 * row for each workspace, kind and batch, and only where an endpoint asks for it; a second later, in a transaction of the
 * workspace, the row becomes messages of at most {@value #MOST} profiles and is removed.
 */
@Component
class ProfileNews extends Worker {

    private static final String CREATED = "profile.created";
    private static final String MERGED = "profile.merged";
    private static final int MOST = 500;
    private static final int NOTES = 20;
    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

    /** Before the pools. */
    private static final int PHASE = -1;

    private final Webhooks webhooks;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    ProfileNews(Webhooks webhooks, JdbcClient jdbc, PlatformTransactionManager transactionManager) {
        super("profile-news", PHASE, LONGEST_STOP);
        this.webhooks = webhooks;
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactionManager);
    }

    /** Notes what a batch changed, in the transaction of the caller, which is the system's. */
    void note(List<ProfileChange> changes) {
        if (changes.isEmpty()) {
            return;
        }
        Set<WorkspaceId> asking = webhooks.subscribers(List.of(CREATED, MERGED));
        Map<WorkspaceId, List<ProfileChange>> created = new HashMap<>();
        Map<WorkspaceId, List<ProfileChange>> merged = new HashMap<>();
        for (ProfileChange change : changes) {
            var workspace = new WorkspaceId(change.workspace());
            if (asking.contains(workspace)) {
                (change.into() == null ? created : merged)
                        .computeIfAbsent(workspace, key -> new ArrayList<>())
                        .add(change);
            }
        }
        created.forEach((workspace, own) -> note(workspace, own, false));
        merged.forEach((workspace, own) -> note(workspace, own, true));
    }

    private void note(WorkspaceId workspace, List<ProfileChange> changes, boolean merged) {
        String[] profiles =
                changes.stream().map(change -> change.profile().toString()).toArray(String[]::new);
        String[] into =
                changes.stream().map(change -> String.valueOf(change.into())).toArray(String[]::new);
        jdbc.sql(
                        "insert into users.profile_news (workspace_id, profile_ids, into_ids) values (?, ?::uuid[], ?::uuid[])")
                .param(workspace.id())
                .param(profiles)
                .param(merged ? into : null)
                .update();
    }

    @Override
    protected Duration step() {
        List<UUID> waiting = CurrentWorkspace.callAsSystem(() -> requireNonNull(
                transactions.execute(status -> jdbc.sql("select distinct workspace_id from users.profile_news")
                        .query(UUID.class)
                        .list())));
        boolean more = false;
        for (UUID workspace : waiting) {
            more |= Boolean.TRUE.equals(
                    CurrentWorkspace.call(new WorkspaceId(workspace), () -> transactions.execute(status -> tell())));
        }
        return more ? Duration.ZERO : POLL;
    }

    private record Note(long id, List<UUID> profiles, List<UUID> into) {}

    /** Whether there may be more. */
    private boolean tell() {
        List<Note> notes = new ArrayList<>(jdbc.sql("""
                        delete from users.profile_news where id in (select id from users.profile_news
                          order by id limit ? for update skip locked)
                        returning id, profile_ids, into_ids
                        """)
                .param(NOTES)
                .query((row, number) -> new Note(row.getLong(1), list(row.getArray(2)), list(row.getArray(3))))
                .list());
        notes.sort(Comparator.comparingLong(Note::id));
        for (Note note : notes) {
            for (int from = 0; from < note.profiles().size(); from += MOST) {
                int to = Math.min(from + MOST, note.profiles().size());
                publish(note, from, to);
            }
        }
        return notes.size() == NOTES;
    }

    private void publish(Note note, int from, int to) {
        Map<String, Object> facts = new LinkedHashMap<>();
        List<UUID> profiles = note.profiles().subList(from, to);
        if (note.into().isEmpty()) {
            facts.put("ids", profiles);
        } else {
            var merged = new ArrayList<Map<String, UUID>>();
            for (int i = from; i < to; i++) {
                merged.add(Map.of(
                        "from", note.profiles().get(i), "into", note.into().get(i)));
            }
            facts.put("merged", merged);
        }
        facts.put("count", profiles.size());
        webhooks.publish(note.into().isEmpty() ? CREATED : MERGED, facts);
    }

    private static List<UUID> list(@Nullable Array array) throws SQLException {
        return array == null ? List.of() : List.of((UUID[]) array.getArray());
    }
}
