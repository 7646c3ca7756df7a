package io.opsdeck.core.member;

import io.opsdeck.core.security.Vault;
import java.sql.Timestamp;
import java.text.Normalizer;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keys and recovery codes of members. A code is used up by the update that accepts it, so it counts once on all nodes. */
@Component
class SecondSteps {

    private static final Pattern APP_CODE = Pattern.compile("\\d{6}");

    private final JdbcClient jdbc;
    private final Vault vault;
    private final Clock clock;

    SecondSteps(JdbcClient jdbc, Vault vault, Clock clock) {
        this.jdbc = jdbc;
        this.vault = vault;
        this.clock = clock;
    }

    /** What a code turned out to be. */
    enum Code {
        OF_THE_APP,
        RECOVERY,
        WRONG
    }

    /** @param confirmedAt null while nobody has shown a code of the key */
    private record Row(TotpKey key, @Nullable Instant confirmedAt) {}

    boolean isOn(UUID member) {
        return since(member).isPresent();
    }

    Optional<Instant> since(UUID member) {
        return jdbc.sql("select confirmed_at from core.two_step where member_id = ? and confirmed_at is not null")
                .param(member)
                .query(Timestamp.class)
                .optional()
                .map(Timestamp::toInstant);
    }

    /** Attempts with one member's codes wait for each other, so that none slips past the throttle. */
    void lock(UUID member) {
        jdbc.sql("select 1 from core.two_step where member_id = ? for update")
                .param(member)
                .query(Integer.class)
                .list();
    }

    /** Takes a new key in place of one that was never confirmed; false where one was. */
    boolean begin(UUID member, TotpKey key) {
        return jdbc.sql("""
                        insert into core.two_step as t (member_id, key, begun_at, last_step) values (?, ?, ?, 0)
                        on conflict (member_id) do update set key = excluded.key, begun_at = excluded.begun_at
                        where t.confirmed_at is null
                        """)
                        .params(member, vault.seal(key.hex(), owner(member)), Timestamp.from(clock.instant()))
                        .update()
                == 1;
    }

    Optional<TotpKey> pending(UUID member) {
        return find(member).filter(row -> row.confirmedAt() == null).map(Row::key);
    }

    /** Turns the pending key on with a code of it; false where the code is wrong or there is nothing to turn on. */
    boolean confirm(UUID member, String typed) {
        Instant now = clock.instant();
        Optional<TotpKey> key = pending(member);
        OptionalLong step = key.isEmpty() ? OptionalLong.empty() : key.get().stepOf(plain(typed), now);
        return step.isPresent()
                && jdbc.sql("""
                        update core.two_step set confirmed_at = ?, last_step = ?
                        where member_id = ? and confirmed_at is null
                        """)
                                .params(Timestamp.from(now), step.getAsLong(), member)
                                .update()
                        == 1;
    }

    /** Uses a code of the app or a recovery code up, if it is right and nobody has used it before. */
    Code use(UUID member, String typed) {
        String plain = plain(typed);
        if (APP_CODE.matcher(plain).matches()) {
            return useStep(member, plain) ? Code.OF_THE_APP : Code.WRONG;
        }
        int used = jdbc.sql("""
                        update core.recovery_code set used_at = ?
                        where member_id = ? and code_hash = ? and used_at is null
                        """)
                .params(
                        Timestamp.from(clock.instant()),
                        member,
                        RecoveryCode.of(typed).hash(member))
                .update();
        return used == 1 ? Code.RECOVERY : Code.WRONG;
    }

    private boolean useStep(UUID member, String code) {
        OptionalLong step = find(member)
                .filter(row -> row.confirmedAt() != null)
                .map(row -> row.key().stepOf(code, clock.instant()))
                .orElseGet(OptionalLong::empty);
        return step.isPresent()
                && jdbc.sql("update core.two_step set last_step = ? where member_id = ? and last_step < ?")
                                .params(step.getAsLong(), member, step.getAsLong())
                                .update()
                        == 1;
    }

    /** Ten new recovery codes; those before are worth nothing any more. */
    List<RecoveryCode> renewCodes(UUID member) {
        jdbc.sql("delete from core.recovery_code where member_id = ?")
                .param(member)
                .update();
        List<RecoveryCode> codes = RecoveryCode.fresh();
        for (RecoveryCode code : codes) {
            jdbc.sql("insert into core.recovery_code (member_id, code_hash) values (?, ?)")
                    .params(member, code.hash(member))
                    .update();
        }
        return codes;
    }

    int codesLeft(UUID member) {
        return jdbc.sql("select count(*) from core.recovery_code where member_id = ? and used_at is null")
                .param(member)
                .query(Integer.class)
                .single();
    }

    /** Forgets key and recovery codes; false where none was confirmed. */
    boolean remove(UUID member) {
        return jdbc.sql("delete from core.two_step where member_id = ? returning confirmed_at is not null")
                .param(member)
                .query(Boolean.class)
                .optional()
                .orElse(false);
    }

    private Optional<Row> find(UUID member) {
        return jdbc.sql("select key, confirmed_at from core.two_step where member_id = ?")
                .param(member)
                .query((row, number) -> new Row(
                        TotpKey.of(vault.open(row.getBytes(1), owner(member))),
                        row.getTimestamp(2) == null ? null : row.getTimestamp(2).toInstant()))
                .optional();
    }

    /** Apps show a blank in the middle, and a Chinese keyboard may type wide digits. */
    private static String plain(String typed) {
        return Normalizer.normalize(typed, Normalizer.Form.NFKC).replaceAll("\\s", "");
    }

    private static String owner(UUID member) {
        return "two-step/" + member;
    }
}
