package io.opsdeck.core.signon;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.member.Invitations;
import io.opsdeck.core.member.Invitations.Invited;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.member.SignInNotices;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sign-in by the provider. Who somebody is, is issuer and subject together; his mail is looked at once, when these are
 * tied to a member, and then only if the provider has verified it and an invitation or a domain of the settings says
 * that it is the mail of a member.
 */
@Service
@Transactional(propagation = Propagation.NEVER)
public class SignOn {

    /** Where the provider sends the browser back to; the provider has to know it. */
    public static final String CALLBACK = "/login/oauth2/code/oidc";

    private final Providers providers;
    private final ProviderClient client;
    private final Identities identities;
    private final Members members;
    private final Invitations invitations;
    private final SignInNotices notices;
    private final AuditTrail audit;
    private final URI back;
    private final TransactionTemplate transactions;

    SignOn(
            Providers providers,
            ProviderClient client,
            Identities identities,
            Members members,
            Invitations invitations,
            SignInNotices notices,
            AuditTrail audit,
            @Value("${opsdeck.base-url}") String baseUrl,
            TransactionTemplate transactions) {
        this.providers = providers;
        this.client = client;
        this.identities = identities;
        this.members = members;
        this.invitations = invitations;
        this.notices = notices;
        this.audit = audit;
        this.back = URI.create(baseUrl + CALLBACK);
        this.transactions = transactions;
    }

    /** A question to the provider: what to remember of it, and where the browser goes. */
    public record Question(SignOnAttempt attempt, URI address) {}

    /** Begins an attempt. */
    public Question begin() {
        ProviderSettings settings = settings();
        SignOnAttempt attempt = SignOnAttempt.fresh();
        return new Question(attempt, client.question(settings, attempt, back));
    }

    /**
     * Ends an attempt with the answer of the provider. Whoever calls forgets the attempt before, so that no answer counts
     * twice.
     *
     * @param answer the parameters with which the browser came back
     * @param invitation the code that brought the person here, or null
     * @param address of whoever comes
     */
    public Arrival finish(
            SignOnAttempt attempt, Map<String, List<String>> answer, @Nullable String invitation, String address) {
        ProviderSettings settings = settings();
        ProviderIdentity identity = client.read(settings, providers.secret(settings.issuer()), attempt, back, answer);
        var actor = new Actor(
                Actor.Kind.MEMBER, null, identity.name(), Actor.current().requestId(), address);
        return Actor.call(actor, () -> {
            try {
                return arrive(settings, identity, invitation);
            } catch (DataIntegrityViolationException e) {
                // Another attempt of the same person made the member or tied him; now there is one to find.
                return arrive(settings, identity, invitation);
            }
        });
    }

    private ProviderSettings settings() {
        return providers.find().orElseThrow(SignOnError.SIGN_ON_OFF::exception);
    }

    private Arrival arrive(ProviderSettings settings, ProviderIdentity identity, @Nullable String invitation) {
        Optional<UUID> known = identities.find(identity);
        Optional<Invited> invited = invited(identity, known, invitation);
        UUID member = known.isPresent() ? known.get() : introduce(settings, identity, invited);
        if (!members.arrived(member)) {
            throw SignOnError.NOT_INVITED.exception();
        }
        WorkspaceId joined = invited.isPresent() ? invited.get().workspace() : null;
        if (known.isPresent() && invited.isPresent()) {
            in(joined, () -> {
                invitations.acceptAs(invited.get(), member);
                return member;
            });
        }
        return new Arrival(member, joined);
    }

    /** An invitation counts for whoever has the mail that it went to, here or, verified, at the provider. */
    private Optional<Invited> invited(ProviderIdentity identity, Optional<UUID> known, @Nullable String code) {
        return Optional.ofNullable(code)
                .flatMap(invitations::find)
                .filter(found -> (identity.verified() && found.mail().equals(identity.mail()))
                        || (known.isPresent() && known.equals(members.withMail(found.mail()))));
    }

    /** Ties somebody whom nobody here knows by issuer and subject to a member. */
    private UUID introduce(ProviderSettings settings, ProviderIdentity identity, Optional<Invited> invited) {
        String mail = identity.mail();
        if (mail == null || !identity.verified()) {
            throw SignOnError.MAIL_UNVERIFIED.exception();
        }
        if (invited.isEmpty() && !settings.covers(mail)) {
            throw SignOnError.NOT_INVITED.exception();
        }
        Optional<UUID> member = members.withMail(mail);
        WorkspaceId place = place(settings, member, invited);
        return in(place, () -> {
            UUID tied = member.orElseGet(() -> members.registerWithoutPassword(mail, identity.name()));
            identities.tie(identity, tied);
            record(tied, identity, settings);
            if (invited.isPresent()) {
                invitations.acceptAs(invited.get(), tied);
            } else if (member.isEmpty()) {
                members.join(tied, settings.role());
            }
            notices.send(MailKind.SIGN_ON_TIED, tied);
            return tied;
        });
    }

    private WorkspaceId place(ProviderSettings settings, Optional<UUID> member, Optional<Invited> invited) {
        return invited.map(Invited::workspace)
                .or(() -> member.isEmpty() ? Optional.ofNullable(settings.joins()) : members.home(member.get()))
                .orElseThrow(SignOnError.NOT_INVITED::exception);
    }

    private void record(UUID member, ProviderIdentity identity, ProviderSettings settings) {
        audit.record(
                "member.sign_on_tied",
                "member",
                member.toString(),
                identity.name(),
                Map.of(),
                Map.of("issuer", identity.issuer(), "label", settings.label()));
    }

    private <T extends @Nullable Object> T in(@Nullable WorkspaceId workspace, Supplier<T> work) {
        return CurrentWorkspace.call(
                Objects.requireNonNull(workspace),
                () -> Objects.requireNonNull(transactions.execute(status -> work.get())));
    }
}
