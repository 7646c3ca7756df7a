package io.opsdeck.benchmarks;

/** One benchmark or fault run. */
interface Program {

    /** Runs, prints what was seen, and returns whether everything that must hold did hold. */
    boolean run(Settings settings) throws Exception;
}
