package io.opsdeck.core.signon;

import java.sql.Timestamp;
import java.time.Clock;
import java.util.Optional;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which member a person of the provider is. A member is one person of a provider, for good. */
@Component
class Identities {

    private final JdbcClient jdbc;
    private final Clock clock;

    Identities(JdbcClient jdbc, Clock clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    Optional<UUID> find(ProviderIdentity identity) {
        return jdbc.sql("select member_id from core.sign_on_identity where issuer = ? and subject = ?")
                .params(identity.issuer(), identity.subject())
                .query(UUID.class)
                .optional();
    }

    /** Ties a person to a member; refused where the member is tied to another person of the provider already. */
    void tie(ProviderIdentity identity, UUID member) {
        boolean another = jdbc.sql("""
                        select exists (select from core.sign_on_identity
                          where issuer = ? and member_id = ? and subject <> ?)
                        """)
                .params(identity.issuer(), member, identity.subject())
                .query(Boolean.class)
                .single();
        if (another) {
            throw SignOnError.NOT_INVITED.exception();
        }
        jdbc.sql("""
                        insert into core.sign_on_identity (issuer, subject, member_id, tied_at) values (?, ?, ?, ?)
                        """)
                .params(identity.issuer(), identity.subject(), member, Timestamp.from(clock.instant()))
                .update();
    }
}
