package io.opsdeck.core.signon;

import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.http.OutboundHttp;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.member.Members.MemberView;
import io.opsdeck.core.security.Preset;
import io.opsdeck.core.security.Role;
import io.opsdeck.core.security.Vault;
import io.opsdeck.core.text.TextHygiene;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The provider of the installation, if it has one. Members belong to the installation and not to a workspace, so it is
 * kept by the owners of the first workspace: whoever says who the provider is says who everybody is.
 */
@Service
public class Providers {

    private static final String OBJECT = "sign_on";
    private static final int MOST_IN_LABEL = 40;
    private static final int MOST_IN_CLIENT = 250;
    private static final int MOST_DOMAINS = 50;
    private static final Pattern DOMAIN =
            Pattern.compile("(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z0-9-]{2,63}");

    private final ProviderClient client;
    private final OutboundHttp http;
    private final Members members;
    private final Vault vault;
    private final AuditTrail audit;
    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;

    Providers(
            ProviderClient client,
            OutboundHttp http,
            Members members,
            Vault vault,
            AuditTrail audit,
            JdbcClient jdbc,
            TransactionTemplate transactions) {
        this.client = client;
        this.http = http;
        this.members = members;
        this.vault = vault;
        this.audit = audit;
        this.jdbc = jdbc;
        this.transactions = transactions;
    }

    @Transactional(readOnly = true)
    public Optional<ProviderSettings> find() {
        Set<UUID> exempt = Set.copyOf(jdbc.sql("select member_id from core.sign_on_exemption")
                .query(UUID.class)
                .list());
        return jdbc.sql("""
                        select p.issuer, p.client_id, p.label, p.domains, p.role, p.joins_id, p.only_way,
                          exists (select from core.sign_on_identity i where i.issuer = p.issuer)
                        from core.sign_on_provider p
                        """).query((row, number) -> settings(row, exempt)).optional();
    }

    private static ProviderSettings settings(ResultSet row, Set<UUID> exempt) throws SQLException {
        UUID joins = row.getObject(6, UUID.class);
        return new ProviderSettings(
                row.getString(1),
                row.getString(2),
                row.getString(3),
                List.of((String[]) row.getArray(4).getArray()),
                Role.of(Preset.find(row.getString(5)).orElseThrow()),
                joins == null ? null : new WorkspaceId(joins),
                row.getBoolean(7),
                exempt,
                row.getBoolean(8));
    }

    /** What the product shows the provider; sealed in the database. */
    @Transactional(readOnly = true)
    String secret(String issuer) {
        return vault.open(
                jdbc.sql("select client_secret from core.sign_on_provider where issuer = ?")
                        .param(issuer)
                        .query(byte[].class)
                        .single(),
                owner(issuer));
    }

    /** Whether a member may say who the provider is, here. */
    @Transactional(propagation = Propagation.NEVER)
    public boolean mayConfigure(UUID member) {
        UUID here = CurrentWorkspace.require().id();
        return Objects.requireNonNull(CurrentWorkspace.callAsSystem(() -> transactions.execute(status ->
                jdbc.sql("""
                        select exists (select from core.membership where member_id = ? and role = 'owner'
                          and workspace_id = ?
                          and workspace_id = (select id from core.workspace order by created_at, id limit 1))
                        """).params(member, here).query(Boolean.class).single())));
    }

    /**
     * Takes settings after the provider was found under its issuer. Those who come by their domain join the current
     * workspace.
     *
     * @param by an owner of the first workspace
     */
    @Transactional(propagation = Propagation.NEVER)
    public void configure(ConfigureProvider wish, UUID by) {
        requireFirstOwner(by);
        Optional<ProviderSettings> before = find();
        ProviderSettings after = read(wish, before.orElse(null));
        client.discover(after.issuer());
        transactions.executeWithoutResult(status -> {
            if (after.only()) {
                requireAWayIn(after);
            }
            write(
                    after,
                    wish.clientSecret().isBlank()
                            ? secret(after.issuer())
                            : wish.clientSecret().strip());
            audit.record(
                    "sign_on.changed",
                    OBJECT,
                    after.issuer(),
                    after.label(),
                    before.map(Providers::facts).orElse(Map.of()),
                    facts(after));
        });
    }

    /** Ends the sign-in by the provider. Who its people are here is kept for the case that it comes back. */
    @Transactional(propagation = Propagation.NEVER)
    public void remove(UUID by) {
        requireFirstOwner(by);
        ProviderSettings gone = find().orElseThrow(SignOnError.SIGN_ON_OFF::exception);
        transactions.executeWithoutResult(status -> {
            jdbc.sql("delete from core.sign_on_exemption").update();
            jdbc.sql("delete from core.sign_on_provider").update();
            audit.record("sign_on.removed", OBJECT, gone.issuer(), gone.label(), facts(gone), Map.of());
        });
    }

    private ProviderSettings read(ConfigureProvider wish, @Nullable ProviderSettings before) {
        String issuer = http.check(wish.issuer(), "/issuer").toString();
        Role role =
                Role.of(Preset.find(wish.role()).orElseThrow(() -> CoreError.INVALID_VALUE.at("/role", wish.role())));
        if (role.isOwner()) {
            throw SignOnError.ROLE_TOO_HIGH.at("/role");
        }
        Optional<ProviderSettings> same =
                Optional.ofNullable(before).filter(known -> known.issuer().equals(issuer));
        if (wish.clientSecret().isBlank() && same.isEmpty()) {
            throw CoreError.REQUIRED.at("/clientSecret");
        }
        return new ProviderSettings(
                issuer,
                text(wish.clientId(), MOST_IN_CLIENT, "/clientId"),
                text(wish.label(), MOST_IN_LABEL, "/label"),
                domains(wish.domains()),
                role,
                CurrentWorkspace.require(),
                wish.only(),
                wish.only() ? Set.copyOf(wish.exempt()) : Set.of(),
                same.map(ProviderSettings::tried).orElse(false));
    }

    private static String text(String typed, int most, String pointer) {
        String text = TextHygiene.clean(typed).strip();
        if (text.isEmpty()) {
            throw CoreError.REQUIRED.at(pointer);
        }
        if (text.length() > most) {
            throw CoreError.TOO_LONG.at(pointer, most);
        }
        return text;
    }

    private static List<String> domains(String typed) {
        List<String> domains = Arrays.stream(typed.toLowerCase(Locale.ROOT).split("[\\s,;，；、]+"))
                .map(domain -> domain.startsWith("@") ? domain.substring(1) : domain)
                .filter(domain -> !domain.isEmpty())
                .distinct()
                .toList();
        if (domains.size() > MOST_DOMAINS) {
            throw CoreError.TOO_LONG.at("/domains", MOST_DOMAINS);
        }
        domains.stream()
                .filter(domain -> !DOMAIN.matcher(domain).matches())
                .findFirst()
                .ifPresent(domain -> {
                    throw SignOnError.DOMAIN_INVALID.at("/domains", domain);
                });
        return domains;
    }

    /** Closing the door of passwords takes a provider that works, and an owner who gets in without it. */
    private void requireAWayIn(ProviderSettings settings) {
        if (!settings.tried()) {
            throw SignOnError.SIGN_ON_UNTRIED.at("/only");
        }
        Set<UUID> owners = members.list("").stream()
                .filter(member -> member.role().isOwner() && member.password() && !member.disabled())
                .map(MemberView::id)
                .collect(java.util.stream.Collectors.toSet());
        if (settings.exempt().isEmpty() || !owners.containsAll(settings.exempt())) {
            throw SignOnError.EXEMPTION_NEEDED.at("/exempt");
        }
    }

    private void write(ProviderSettings settings, String secret) {
        jdbc.sql("""
                        insert into core.sign_on_provider
                          (issuer, client_id, client_secret, label, domains, role, joins_id, only_way)
                        values (?, ?, ?, ?, ?, ?, ?, ?)
                        on conflict (only_one) do update set issuer = excluded.issuer, client_id = excluded.client_id,
                          client_secret = excluded.client_secret, label = excluded.label, domains = excluded.domains,
                          role = excluded.role, joins_id = excluded.joins_id, only_way = excluded.only_way
                        """)
                .params(
                        settings.issuer(),
                        settings.clientId(),
                        vault.seal(secret, owner(settings.issuer())),
                        settings.label(),
                        settings.domains().toArray(String[]::new),
                        settings.role().key(),
                        Objects.requireNonNull(settings.joins()).id(),
                        settings.only())
                .update();
        jdbc.sql("delete from core.sign_on_exemption").update();
        settings.exempt()
                .forEach(member -> jdbc.sql("insert into core.sign_on_exemption (member_id) values (?)")
                        .param(member)
                        .update());
    }

    private void requireFirstOwner(UUID by) {
        if (!mayConfigure(by)) {
            throw SignOnError.SIGN_ON_ELSEWHERE.exception();
        }
    }

    private static Map<String, Object> facts(ProviderSettings settings) {
        Map<String, Object> facts = new TreeMap<>();
        facts.put("issuer", settings.issuer());
        facts.put("clientId", settings.clientId());
        facts.put("label", settings.label());
        facts.put("domains", String.join(", ", settings.domains()));
        facts.put("role", settings.role().key());
        facts.put("only", settings.only());
        facts.put("exempt", settings.exempt().size());
        return facts;
    }

    private static String owner(String issuer) {
        return "sign-on/" + issuer;
    }
}
