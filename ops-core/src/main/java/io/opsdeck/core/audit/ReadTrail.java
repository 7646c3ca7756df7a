package io.opsdeck.core.audit;

import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Who looked at personal data. The same look by the same actor is recorded once in ten minutes, in a small transaction of
 * its own, because whoever reads has none that writes. An entry says what was looked at and never what was seen.
 */
@Component
public class ReadTrail {

    private static final Logger log = LoggerFactory.getLogger(ReadTrail.class);
    private static final Duration WINDOW = Duration.ofMinutes(10);

    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final Clock clock;
    private final TransactionTemplate writer;

    ReadTrail(AuditTrail audit, JdbcClient jdbc, Clock clock, PlatformTransactionManager transactions) {
        this.audit = audit;
        this.jdbc = jdbc;
        this.clock = clock;
        this.writer = new TransactionTemplate(transactions);
        this.writer.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /**
     * Where the database takes no writes, the entry goes to the log instead: reading has to go on then.
     *
     * @param object an id, or in words what was asked for, without any value
     */
    public void record(String action, String objectType, String object, Map<String, ?> facts) {
        try {
            writer.executeWithoutResult(status -> {
                if (!isRecent(action, objectType, object)) {
                    audit.record(action, objectType, object, object, Map.of(), facts);
                }
            });
        } catch (DataAccessException | TransactionException e) {
            Actor actor = Actor.current();
            log.warn("not recorded: {} {} by {} {} {}", action, object, actor.kind(), actor.id(), actor.requestId());
        }
    }

    private boolean isRecent(String action, String objectType, String object) {
        return jdbc.sql("""
                        select exists (select from core.audit_entry
                          where actor_id = ? and action = ? and at > ? and object_type = ? and object_id = ?)
                        """)
                .param(Actor.current().id())
                .param(action)
                .param(Timestamp.from(clock.instant().minus(WINDOW)))
                .param(objectType)
                .param(object)
                .query(Boolean.class)
                .single();
    }
}
