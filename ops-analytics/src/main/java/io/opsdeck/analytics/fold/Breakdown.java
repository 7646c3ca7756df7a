package io.opsdeck.analytics.fold;

/** Where the values come from by which a result is split. Code 0, no value, is a group like any other. */
public enum Breakdown {
    NONE,
    EVENT,
    PROFILE
}
