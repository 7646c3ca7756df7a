package io.opsdeck.core.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;

class OutageTest {

    @Test
    void aDatabaseThatIsAwayIsFoundHoweverDeepItIs() {
        assertThat(Outage.isCauseOf(new CannotCreateTransactionException("begin")))
                .isTrue();
        assertThat(Outage.isCauseOf(new IllegalStateException(new DataAccessResourceFailureException("connect"))))
                .isTrue();
        assertThat(Outage.isCauseOf(new TransactionSystemException("commit", new SQLException("reset", "08006"))))
                .isTrue();
        assertThat(Outage.isCauseOf(new RuntimeException(new SQLException("shut down", "57P01"))))
                .isTrue();
        assertThat(Outage.isCauseOf(new RuntimeException(new SQLTransientConnectionException("pool"))))
                .isTrue();
        assertThat(Outage.isCauseOf(new RuntimeException(new SQLException("Connection is closed"))))
                .isTrue();
    }

    @Test
    void whatTheDatabaseRefusesIsNoOutage() {
        assertThat(Outage.isCauseOf(new RuntimeException(new SQLException("unique", "23505"))))
                .isFalse();
        assertThat(Outage.isCauseOf(new RuntimeException(new SQLException("syntax", "42601"))))
                .isFalse();
        assertThat(Outage.isCauseOf(new IllegalStateException("ours"))).isFalse();
    }
}
