package io.opsdeck.core.chain;

import io.opsdeck.core.chain.ChainFault.Kind;
import io.opsdeck.core.chain.ChainWalk.Place;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Walks along the chain of the current workspace, in short transactions, and keeps what it found. What is linked while
 * it walks is left for the next time.
 */
@Component
class ChainVerifier {

    private static final int BATCH = 2_000;

    /** The subquery with a limit is looked up by its key for each link, whatever the planner thinks of the tables. */
    private static final String NEXT = "select " + ChainLink.COLUMNS + """
            from core.audit_link l
              left join lateral (select * from core.audit_entry where id = l.entry_id limit 1) e on true
            where l.position > ? and l.position <= ? order by l.position limit ?
            """;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Clock clock;

    ChainVerifier(JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** The last link of the chain, position 0 before the first. */
    ChainHead head() {
        return read(() -> jdbc.sql("select position, encode(hash, 'hex') from core.audit_chain")
                .query((row, number) -> new ChainHead(row.getLong(1), row.getString(2)))
                .optional()
                .orElse(ChainHead.NONE));
    }

    /**
     * @param known heads that were noted at some time
     * @param reached is told after each batch where the walk has come to; what it throws ends the walk
     */
    ChainCheck verify(Place from, List<ChainHead> known, Consumer<Place> reached) {
        Instant began = clock.instant();
        ChainHead head = head();
        var walk = new ChainWalk(from, new Links());
        Optional<ChainFault> fault = walkTo(head, walk, known, reached)
                .or(() -> atEnd(walk.place(), head))
                .or(() -> beyond(head, known));
        var check = new ChainCheck(
                clock.instant(),
                walk.place().position(),
                fault.or(this::beside).orElse(null),
                Duration.between(began, clock.instant()).toMillis());
        keep(check);
        return check;
    }

    private Optional<ChainFault> walkTo(
            ChainHead head, ChainWalk walk, List<ChainHead> known, Consumer<Place> reached) {
        Map<Long, String> noted = known.stream()
                .collect(Collectors.toMap(ChainHead::position, ChainHead::hash, (first, second) -> second));
        while (walk.place().position() < head.position()) {
            List<ChainLink> links = read(() -> jdbc.sql(NEXT)
                    .params(walk.place().position(), head.position(), BATCH)
                    .query(ChainLink::read)
                    .list());
            if (links.isEmpty()) {
                return Optional.of(new ChainFault(Kind.TRUNCATED, walk.place().position() + 1, null));
            }
            for (ChainLink link : links) {
                Optional<ChainFault> fault = walk.step(link);
                if (fault.isPresent()) {
                    return fault;
                }
                if (!noted.getOrDefault(link.position(), link.hash()).equals(link.hash())) {
                    return Optional.of(new ChainFault(Kind.REWRITTEN, link.position(), link.entry()));
                }
            }
            reached.accept(walk.place());
        }
        return Optional.empty();
    }

    private static Optional<ChainFault> atEnd(Place end, ChainHead head) {
        return end.position() == head.position() && !end.hash().equals(head.hash())
                ? Optional.of(new ChainFault(Kind.HEAD, head.position(), end.entry()))
                : Optional.empty();
    }

    private static Optional<ChainFault> beyond(ChainHead head, List<ChainHead> known) {
        return known.stream().anyMatch(each -> each.position() > head.position())
                ? Optional.of(new ChainFault(Kind.TRUNCATED, head.position() + 1, null))
                : Optional.empty();
    }

    /** Links behind the head, and entries that neither are linked nor wait for it. */
    private Optional<ChainFault> beside() {
        return read(() -> jdbc.sql("""
                        select l.position, l.entry_id from core.audit_link l
                        where l.position > coalesce((select c.position from core.audit_chain c), 0) order by 1 limit 1
                        """)
                        .query((row, number) ->
                                new ChainFault(Kind.INSERTED, row.getLong(1), row.getObject(2, UUID.class)))
                        .optional())
                .or(() -> read(() -> jdbc.sql("""
                        select e.id from core.audit_entry e
                        where not exists (select from core.audit_link l where l.entry_id = e.id)
                          and not exists (select from core.audit_pending p where p.entry_id = e.id) limit 1
                        """)
                        .query((row, number) -> new ChainFault(Kind.INSERTED, null, row.getObject(1, UUID.class)))
                        .optional()));
    }

    private void keep(ChainCheck check) {
        ChainFault fault = check.fault();
        read(() -> jdbc.sql("""
                        insert into core.audit_check (workspace_id, checked_at, position, fault, fault_position, fault_entry,
                          millis)
                        select id, ?, ?, ?, ?, ?, ? from core.workspace where id = core.current_workspace()
                        on conflict (workspace_id) do update set checked_at = excluded.checked_at,
                          position = excluded.position, fault = excluded.fault, fault_position = excluded.fault_position,
                          fault_entry = excluded.fault_entry, millis = excluded.millis
                        """)
                .param(Timestamp.from(check.at()))
                .param(check.position())
                .param(fault == null ? null : fault.kind().name())
                .param(fault == null ? null : fault.position())
                .param(fault == null ? null : fault.entry())
                .param(check.millis())
                .update());
    }

    private <T> T read(Supplier<T> work) {
        return Objects.requireNonNull(transactions.execute(status -> work.get()));
    }

    /** Asked only once something is wrong, so it may read the whole chain. */
    private final class Links implements ChainWalk.Rest {

        @Override
        public boolean has(String hash) {
            return exists("hash = decode(?, 'hex')", query -> query.param(hash));
        }

        @Override
        public boolean follows(String previous, long position) {
            return exists("previous = decode(?, 'hex') and position <> ?", query -> query.params(previous, position));
        }

        @Override
        public boolean isElsewhere(String digest, long position) {
            return exists(
                    "hash = core.audit_hash(position, previous, decode(?, 'hex')) and position <> ?",
                    query -> query.params(digest, position));
        }

        private boolean exists(String condition, Function<JdbcClient.StatementSpec, JdbcClient.StatementSpec> values) {
            return read(
                    () -> values.apply(jdbc.sql("select exists (select from core.audit_link where " + condition + ")"))
                            .query(Boolean.class)
                            .single());
        }
    }
}
