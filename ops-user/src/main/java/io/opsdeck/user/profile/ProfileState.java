package io.opsdeck.user.profile;

import io.opsdeck.analytics.event.LogReader.Sighting;
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

    /** Continues {@code stored}; false when its row, which holds no activity, can stay as it is. */
    boolean continues(ProfileState stored) {
        boolean newTraits = hasTraits() && stored.traits().add(traits());
        firstSeen = Math.min(firstSeen, stored.firstSeen);
        if (stored.userId != null) {
            know(stored.userId, stored.userIdSince);
        }
        traits = stored.traits;
        storedTraits = stored.storedTraits;
        storedStamps = stored.storedStamps;
        return newTraits
                || firstSeen != stored.firstSeen
                || userIdSince != stored.userIdSince
                || !Objects.equals(userId, stored.userId);
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
