package io.opsdeck.web.ui;

import java.util.List;

/** What a feature lets people find in the command palette. Each bean of this type is a group of answers. */
public interface PaletteSource {

    /** The heading of the group is {@code palette.<key>}. */
    String key();

    /** Groups with smaller numbers come first: 0 to 9 places, 10 to 19 things people make, 20 and above actions. */
    int order();

    /** What fits, in any order and number; only what the caller may see. */
    List<PaletteEntry> find(PaletteQuery query);
}
