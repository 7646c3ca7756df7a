package io.opsdeck.core.member;

import io.opsdeck.core.security.Secrets;
import java.sql.Timestamp;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Slows guessing down, for one account at one door and for one address at all of them, without ever locking anybody out
 * for good: after the free tries each failure doubles the wait, up to fifteen minutes. An hour without failure forgets.
 */
@Component
class SignInThrottle {

    private static final int FREE_PER_ACCOUNT = 5;
    private static final int FREE_PER_ADDRESS = 30;
    private static final Duration LONGEST = Duration.ofMinutes(15);

    private final JdbcClient jdbc;
    private final Clock clock;

    SignInThrottle(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Where somebody tries; the right password must not make guessing codes free. */
    enum Door {
        PASSWORD("account "),
        CODE("code "),
        RESET("reset ");

        private final String prefix;

        Door(String prefix) {
            this.prefix = prefix;
        }

        private byte[] subject(String account) {
            return Secrets.hash(prefix + account);
        }
    }

    boolean isBlocked(Door door, String account, String address) {
        return jdbc.sql(
                        "select exists (select from core.sign_in_throttle where subject in (?, ?) and blocked_until > ?)")
                .params(door.subject(account), host(address), Timestamp.from(clock.instant()))
                .query(Boolean.class)
                .single();
    }

    void failed(Door door, String account, String address) {
        count(door.subject(account), FREE_PER_ACCOUNT);
        count(host(address), FREE_PER_ADDRESS);
    }

    void succeeded(Door door, String account) {
        jdbc.sql("delete from core.sign_in_throttle where subject = ?")
                .param(door.subject(account))
                .update();
    }

    private void count(byte[] subject, int free) {
        Instant now = clock.instant();
        int failures = jdbc.sql("""
                        insert into core.sign_in_throttle as t (subject, failures, last_failure_at) values (?, 1, ?)
                        on conflict (subject) do update set last_failure_at = excluded.last_failure_at, failures =
                          case when t.last_failure_at < excluded.last_failure_at - interval '1 hour' then 1
                               else t.failures + 1 end
                        returning failures
                        """)
                .params(subject, Timestamp.from(now))
                .query(Integer.class)
                .single();
        if (failures < free) {
            return;
        }
        long seconds = Math.min(LONGEST.toSeconds(), 1L << Math.min(20, failures - free + 1));
        jdbc.sql("update core.sign_in_throttle set blocked_until = ? where subject = ?")
                .params(Timestamp.from(now.plusSeconds(seconds)), subject)
                .update();
    }

    private static byte[] host(String address) {
        return Secrets.hash("address " + address);
    }
}
