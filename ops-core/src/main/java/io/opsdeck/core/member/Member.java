package io.opsdeck.core.member;

import io.opsdeck.core.error.CoreError;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A person of the operations team, known by mail address across all workspaces. */
@Entity
@Table(schema = "core", name = "member")
class Member {

    @Id
    private UUID id;

    @Column(nullable = false)
    private String mail;

    @Column(nullable = false)
    private String name;

    @Column(nullable = false)
    private String passwordHash;

    private @Nullable Instant disabledAt;

    @Column(nullable = false)
    private Instant sessionsAfter;

    private @Nullable String locale;

    private @Nullable Instant lastSeenAt;

    @Version
    private @Nullable Integer version;

    @Column(nullable = false)
    private Instant createdAt;

    protected Member() {}

    Member(UUID id, String mail, String name, String passwordHash, Instant createdAt) {
        this.id = id;
        this.mail = mail;
        this.name = name;
        this.passwordHash = passwordHash;
        this.createdAt = createdAt;
        this.sessionsAfter = createdAt;
    }

    /** Whether a session that began at {@code since} may go on. */
    boolean accepts(Instant since) {
        return disabledAt == null && !since.isBefore(sessionsAfter);
    }

    boolean isDisabled() {
        return disabledAt != null;
    }

    void disable(Instant at, UUID by) {
        if (id.equals(by)) {
            throw CoreError.NOT_YOURSELF.exception();
        }
        disabledAt = at;
        sessionsAfter = at;
    }

    void enable() {
        disabledAt = null;
    }

    void signOutEverywhere(Instant at) {
        sessionsAfter = at;
    }

    /** Takes a new password; sessions that began with the old one are over. */
    void changePassword(String hash, Instant at) {
        passwordHash = hash;
        sessionsAfter = at;
    }

    /** Whoever came by the sign-in of a provider has none until he sets one by a link. */
    boolean hasPassword() {
        return !passwordHash.equals(Passwords.NOBODY);
    }

    void seen(Instant at) {
        lastSeenAt = at;
    }

    void prefer(String language) {
        locale = language;
    }

    UUID id() {
        return id;
    }

    String mail() {
        return mail;
    }

    String name() {
        return name;
    }

    String passwordHash() {
        return passwordHash;
    }

    @Nullable
    String locale() {
        return locale;
    }

    @Nullable
    Instant lastSeenAt() {
        return lastSeenAt;
    }
}
