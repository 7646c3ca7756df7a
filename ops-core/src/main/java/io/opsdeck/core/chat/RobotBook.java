package io.opsdeck.core.chat;

import io.opsdeck.core.security.Vault;
import java.net.URI;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What sending reads and changes of robots. Called within a transaction of their workspace. */
@Component
class RobotBook {

    private static final int LONGEST_SAID = 400;

    private final JdbcClient jdbc;
    private final Vault vault;

    RobotBook(JdbcClient jdbc, Vault vault) {
        this.jdbc = jdbc;
        this.vault = vault;
    }

    /** Where and with what a robot is spoken to. */
    record Access(Platform platform, URI address, @Nullable String secret) {

        @Override
        public String toString() {
            return platform + " " + address.getHost();
        }
    }

    /** Empty where the robot was removed. */
    Optional<Access> access(RobotId robot) {
        return jdbc.sql("select platform, sealed_address, sealed_secret from core.chat_robot"
                        + " where id = ? and removed_at is null")
                .param(robot.id())
                .query((row, number) -> new Access(
                        Platform.valueOf(row.getString(1)),
                        URI.create(vault.open(row.getBytes(2), robot.toString())),
                        row.getBytes(3) == null ? null : vault.open(row.getBytes(3), robot.toString())))
                .optional();
    }

    byte[] seal(RobotId robot, String text) {
        return vault.seal(text, robot.toString());
    }

    boolean isOpen(RobotId robot, boolean test) {
        return jdbc.sql("select exists (select from core.chat_robot"
                        + " where id = ? and removed_at is null and (enabled or ?))")
                .params(robot.id(), test)
                .query(Boolean.class)
                .single();
    }

    void note(RobotId robot, boolean sent, String said) {
        jdbc.sql("update core.chat_robot set last_at = now(), last_sent = ?, last_said = ? where id = ?")
                .params(sent, said.length() > LONGEST_SAID ? said.substring(0, LONGEST_SAID) : said, robot.id())
                .update();
    }
}
