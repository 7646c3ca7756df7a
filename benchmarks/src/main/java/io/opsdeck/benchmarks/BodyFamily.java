package io.opsdeck.benchmarks;

/** One way in which bodies can be bad. */
interface BodyFamily {

    /** Sends its bodies and checks what is answered. */
    void send(BodyTarget target, Settings settings) throws Exception;
}
