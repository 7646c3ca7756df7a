package io.opsdeck.core.command;

import java.io.PrintStream;
import org.springframework.core.env.Environment;

/**
 * Something that an operator does from a shell: {@code java -jar opsdeck.jar <name> --option=value}. Found by its line in
 * a {@code spring.factories}; it sees the settings of the installation, but no beans.
 */
public interface Command {

    String name();

    /** Its options, as they are shown behind its name. */
    String options();

    /** What it does, in one sentence. */
    String purpose();

    /**
     * @param out what the operator is to read
     * @return whether everything was well; the process ends with 0 or 1 by it
     * @throws CommandFailure where it cannot be done; nothing but the sentence is shown
     */
    boolean run(CommandLine line, Environment settings, PrintStream out) throws Exception;
}
