package io.opsdeck.core.security;

import io.opsdeck.core.audit.AuditTrail;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** From where tokens are used: the first use of one from an address is recorded in the audit trail. */
@Component
public class TokenAddresses {

    /** What a process remembers, so that it asks the database once for each address and not at each call. */
    private static final int MOST_REMEMBERED = 10_000;

    /** Behind some networks each call comes from another address; then the first of them have to do. */
    private static final int MOST_OF_A_TOKEN = 200;

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final AuditTrail audit;
    private final Set<Use> remembered =
            Collections.synchronizedSet(Collections.newSetFromMap(new LinkedHashMap<>(16, 0.75f, true) {
                @Override
                protected boolean removeEldestEntry(Map.Entry<Use, Boolean> eldest) {
                    return size() > MOST_REMEMBERED;
                }
            }));

    TokenAddresses(JdbcClient jdbc, TransactionTemplate transactions, AuditTrail audit) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.audit = audit;
    }

    private record Use(UUID workspace, UUID token, String address) {}

    /** A call in the current workspace, in the name of the token. */
    public void used(UUID workspace, UUID token, String name, String address) {
        var use = new Use(workspace, token, address);
        if (remembered.contains(use)) {
            return;
        }
        transactions.executeWithoutResult(status -> {
            int added =
                    jdbc.sql("""
                            insert into core.api_token_address (workspace_id, token_id, address)
                            select core.current_workspace(), ?, ? where (select count(*) from core.api_token_address
                              where token_id = ?) < ?
                            on conflict do nothing
                            """).params(token, address, token, MOST_OF_A_TOKEN).update();
            if (added == 1) {
                audit.record("token.new_address", "token", token.toString(), name, Map.of(), Map.of());
            }
        });
        remembered.add(use);
    }
}
