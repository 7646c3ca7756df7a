package io.opsdeck.core.outbound;

import java.time.Duration;

/** How an attempt ended. Reasons are keys; their texts are {@code outbound.reason.<key>}. */
public sealed interface Outcome {

    Transcript transcript();

    /** The other side has it. */
    record Sent(Transcript transcript) implements Outcome {}

    /**
     * Not this time.
     *
     * @param after when to try again, counted from now
     * @param fault whether everything else in the lane would fare the same
     * @param pause how long the other side wants to be left alone by the whole lane; zero for not at all
     */
    record Retry(String reason, Duration after, Fault fault, Duration pause, Transcript transcript)
            implements Outcome {}

    /** For good. */
    record Failed(String reason, Fault fault, Transcript transcript) implements Outcome {}

    /** It may have arrived. A channel that may repeat itself is asked again, any other delivery waits for a member. */
    record Uncertain(String reason, Fault fault, Transcript transcript) implements Outcome {}

    /** What an attempt without success says about. */
    enum Fault {
        /** This delivery only, such as an unknown recipient. */
        DELIVERY,
        /** The other side as such, such as no connection. */
        LANE
    }
}
