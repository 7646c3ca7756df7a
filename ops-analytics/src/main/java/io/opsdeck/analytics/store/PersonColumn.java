package io.opsdeck.analytics.store;

/** A trait of all persons of a workspace: a code each, 4 bytes. Immutable, but for values that nobody has here. */
public final class PersonColumn {

    private final Property property;
    private final int[] codes;

    PersonColumn(Property property, int[] codes) {
        this.property = property;
        this.codes = codes;
    }

    /** The values that the trait has had. */
    public Property property() {
        return property;
    }

    /** The code of a person's value, 0 for none. */
    public int code(int person) {
        return person < codes.length ? codes[person] : 0;
    }

    int[] codes() {
        return codes;
    }
}
