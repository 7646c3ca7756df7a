package io.opsdeck.web.ui;

import io.opsdeck.core.outbound.Freezes.FreezeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the frame around every page shows.
 *
 * @param tone the colour of the member's avatar, a to d
 * @param theme auto, light or dark
 * @param lang a BCP 47 tag
 * @param banner the key of a warning above the page, or null
 * @param frozen the freeze of everything that is in force, or null
 * @param viewingAs the role as which the member looks at the product, or null
 * @param outbound whether the member may see what leaves
 * @param inbox whether there is a bell
 */
public record Frame(
        List<Group> navigation,
        Choice workspace,
        List<Choice> workspaces,
        String memberName,
        String memberMail,
        String initials,
        String tone,
        String theme,
        String density,
        boolean mini,
        String lang,
        String timeZone,
        List<Item> creates,
        boolean jobs,
        @Nullable String banner,
        @Nullable String viewingAs,
        @Nullable FreezeView frozen,
        boolean outbound,
        boolean inbox) {

    /** A workspace to switch to. */
    public record Choice(String id, String name) {}

    /** A group of the sidebar. */
    public record Group(String key, List<Item> items) {}

    /** A page of the sidebar; its text is {@code nav.<key>}. */
    public record Item(String key, String icon, String href, boolean current, int count) {}
}
