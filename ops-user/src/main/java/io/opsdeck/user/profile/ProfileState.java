package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.LogReader.Sighting;
import io.opsdeck.analytics.store.TraitLog;
import io.opsdeck.core.workspace.WorkspaceId;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a set of events tells about one person. Adding is commutative and associative, so batches, merges and late events
 * lead to the same profile in any order. Times are milliseconds since the epoch.
 */
final class ProfileState {

    final UUID id;
    final UUID workspace;
    long events;
    long firstSeen = Long.MAX_VALUE;
    long lastSeen = Long.MIN_VALUE;
    long userIdSince = Long.MAX_VALUE;

    @Nullable
    String userId;

    private @Nullable Traits traits;
    private String storedTraits = "{}";
    private String storedStamps = "{}";
    private @Nullable ProfileState before;

    ProfileState(UUID id, UUID workspace) {
        this.id = id;
        this.workspace = workspace;
    }

    /** As it is stored; its traits are read when they are needed. */
    ProfileState(UUID id, UUID workspace, String traits, String stamps) {
        this(id, workspace);
        this.storedTraits = traits;
        this.storedStamps = stamps;
    }

    void see(Sighting sighting) {
        long at = sighting.at().toEpochMilli();
        events++;
        seenAt(at);
        if (sighting.userId() != null) {
            know(sighting.userId(), at);
        }
        if (sighting.traits() != null) {
            traits().identify(sighting.traits(), at, sighting.position().seq());
        }
    }

    void seenAt(long at) {
        firstSeen = Math.min(firstSeen, at);
        lastSeen = Math.max(lastSeen, at);
    }

    /** The earliest user id is the one shown; at the same time the smaller text. */
    void know(String user, long since) {
        if (userId == null || since < userIdSince || (since == userIdSince && user.compareTo(userId) < 0)) {
            userId = user;
            userIdSince = since;
        }
    }

    /** Takes the events of {@code other} as its own. */
    void add(ProfileState other) {
        events += other.events;
        firstSeen = Math.min(firstSeen, other.firstSeen);
        lastSeen = Math.max(lastSeen, other.lastSeen);
        if (other.userId != null) {
            know(other.userId, other.userIdSince);
        }
        if (other.hasTraits()) {
            traits().add(other.traits());
        }
    }

    /** Whether a profile seen first then and with that user id may have to be written, beside its activity. */
    boolean tellsMoreThan(long storedFirstSeen, @Nullable String storedUser, long storedSince) {
        boolean earlierUser = userId != null
                && (storedUser == null
                        || userIdSince < storedSince
                        || (userIdSince == storedSince && userId.compareTo(storedUser) < 0));
        return hasTraits() || firstSeen < storedFirstSeen || earlierUser;
    }

    /** Continues what is stored, which holds no activity. */
    void continues(ProfileState stored) {
        before = stored;
        firstSeen = Math.min(firstSeen, stored.firstSeen);
        if (stored.userId != null) {
            know(stored.userId, stored.userIdSince);
        }
        if (hasTraits()) {
            stored.traits().add(traits());
        }
        traits = stored.traits;
        storedTraits = stored.storedTraits;
        storedStamps = stored.storedStamps;
    }

    boolean changesProfile() {
        return before == null
                || firstSeen != before.firstSeen
                || userIdSince != before.userIdSince
                || !Objects.equals(userId, before.userId)
                || (traits != null && traits.hasNewValues());
    }

    boolean changesStamps() {
        return before == null ? hasTraits() : traits != null && traits.hasNewStamps();
    }

    boolean changesTraits() {
        return traits != null && traits.hasNewValues();
    }

    /** What questions about behaviour may ask of the person; the trait {@code internal} leaves it out of them. */
    TraitLog.Known known() {
        return new TraitLog.Known(id, new WorkspaceId(workspace), traits().values(), traits().isTrue("internal"));
    }

    Traits traits() {
        if (traits == null) {
            traits = Traits.read(storedTraits, storedStamps);
        }
        return traits;
    }

    private boolean hasTraits() {
        return traits != null ? !traits.isEmpty() : storedStamps.length() > 2;
    }
}
