package io.opsdeck.core.chain;

import io.opsdeck.core.chain.ChainFault.Kind;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Follows a chain link by link and says what is wrong at the first one that does not fit.
 *
 * <p>A link fits when it is the next one, names the hash of the one before, and has the hash that comes of that and of
 * its entry. Where it does not, the rest of the chain tells what was done, which {@link Rest} looks up.
 */
final class ChainWalk {

    /** How far behind the place where entries are missing the link that follows them may have stood. */
    private static final int MOST_MISSING = 100_000;

    private final Rest rest;
    private Place place;

    ChainWalk(Place from, Rest rest) {
        this.place = from;
        this.rest = rest;
    }

    /**
     * Where a walk has come to, which is also where it goes on after an interruption.
     *
     * @param before the hash of the link before the last
     * @param entry of the last link
     */
    record Place(
            long position,
            String hash,
            String before,
            @Nullable UUID entry) {

        static final Place START = new Place(0, ChainHead.NONE.hash(), "", null);

        private Place next(ChainLink link) {
            return new Place(link.position(), link.hash(), hash, link.entry());
        }
    }

    /** The other links of the chain. */
    interface Rest {

        /** Whether a link has this hash. */
        boolean has(String hash);

        /** Whether a link at another position than {@code position} follows the one with the hash {@code previous}. */
        boolean follows(String previous, long position);

        /** Whether a link at another position is that of an entry with this digest. */
        boolean isElsewhere(String digest, long position);
    }

    Place place() {
        return place;
    }

    /** The next link in the order of positions; steps onto it if it fits. */
    Optional<ChainFault> step(ChainLink link) {
        long position = place.position() + 1;
        if (link.position() != position) {
            return fault(Kind.MISSING, position, null);
        }
        String digest = link.digest();
        if (digest == null) {
            return fault(Kind.MISSING, position, link.entry());
        }
        boolean follows = link.previous().equals(place.hash());
        boolean fits = link.isOf(position, digest);
        if (follows && fits) {
            place = place.next(link);
            return Optional.empty();
        }
        return Optional.of(follows ? explainMisfit(link, digest) : explainBreak(link, digest, fits));
    }

    /** The link follows the last one, but is not that of its entry. */
    private ChainFault explainMisfit(ChainLink link, String digest) {
        if (rest.isElsewhere(digest, link.position())) {
            return new ChainFault(Kind.REORDERED, link.position(), link.entry());
        }
        if (rest.follows(place.hash(), link.position())) {
            return new ChainFault(Kind.INSERTED, link.position(), link.entry());
        }
        return new ChainFault(Kind.CHANGED, link.position(), link.entry());
    }

    /** The link names another one as the one before. */
    private ChainFault explainBreak(ChainLink link, String digest, boolean fits) {
        if (link.previous().equals(place.before())) {
            return new ChainFault(Kind.INSERTED, place.position(), place.entry());
        }
        if (rest.has(link.previous()) || rest.isElsewhere(digest, link.position())) {
            return new ChainFault(Kind.REORDERED, link.position(), link.entry());
        }
        if (rest.follows(place.hash(), link.position())) {
            return new ChainFault(Kind.INSERTED, link.position(), link.entry());
        }
        if (fits && place.position() > 0) {
            return new ChainFault(Kind.CHANGED, place.position(), place.entry());
        }
        for (long later = link.position() + 1; later <= link.position() + MOST_MISSING; later++) {
            if (link.isOf(later, digest)) {
                return new ChainFault(Kind.MISSING, link.position(), null);
            }
        }
        return new ChainFault(Kind.CHANGED, link.position(), link.entry());
    }

    private static Optional<ChainFault> fault(Kind kind, long position, @Nullable UUID entry) {
        return Optional.of(new ChainFault(kind, position, entry));
    }
}
