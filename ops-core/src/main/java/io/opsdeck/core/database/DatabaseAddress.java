package io.opsdeck.core.database;

/** Where PostgreSQL is and the one login that owns and migrates; every pool takes a lesser role after connecting. */
public record DatabaseAddress(String url, String user, String password) {

    @Override
    public String toString() {
        return url + " as " + user;
    }
}
