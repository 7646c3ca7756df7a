package io.opsdeck.core.signon;

import io.opsdeck.core.member.PasswordDoor;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Closes the way by passwords where members come in only by the provider. */
@Component
class ProviderOnly implements PasswordDoor {

    private final JdbcClient jdbc;
    private final boolean optional;

    /** @param optional whether passwords work whatever the settings say, for the day on which the provider is gone */
    ProviderOnly(JdbcClient jdbc, @Value("${opsdeck.sign-on.optional}") boolean optional) {
        this.jdbc = jdbc;
        this.optional = optional;
    }

    @Override
    public boolean isOpenTo(UUID member) {
        return optional || jdbc.sql("""
                                select not exists (select from core.sign_on_provider where only_way)
                                  or exists (select from core.sign_on_exemption where member_id = ?)
                                """).param(member).query(Boolean.class).single();
    }

    @Override
    public boolean isOpenToNewcomers() {
        return optional
                || jdbc.sql("select not exists (select from core.sign_on_provider where only_way)")
                        .query(Boolean.class)
                        .single();
    }
}
