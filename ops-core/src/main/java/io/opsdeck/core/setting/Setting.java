package io.opsdeck.core.setting;

import org.jspecify.annotations.Nullable;

/**
 * One setting.
 *
 * @param name in the environment; a file that holds the value may be named by {@code <name>_FILE}
 * @param property under which the program reads it
 * @param needs another one without which this one is useless, or null
 */
record Setting(
        String name, String property, Rule rule, @Nullable String needs) {

    /** Names another file that holds the value, as mounted secrets do. */
    static final String FILE = "_FILE";
}
