package io.opsdeck.core.export;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.ListQuery;
import io.opsdeck.core.security.Permission;
import java.util.List;
import java.util.OptionalLong;

/**
 * A list that can be exported, contributed as a bean beside the list's own page. It shows a member the rows and the cells
 * that the page would show him.
 */
public interface ExportSource {

    /** Such as {@code people}; its text is {@code nav.<key>}. */
    String key();

    /** What the list itself needs. */
    Permission permission();

    /** In the order of the list; not empty. */
    List<ExportColumn> columns();

    /** Whether rows hold contact data, which members without {@link Permission#PROFILE_CONTACT_READ} see masked. */
    default boolean isPersonal() {
        return false;
    }

    /**
     * About how many rows there are, as far as that is known without reading them.
     *
     * @throws io.opsdeck.core.error.OpsdeckException if the list cannot be asked like this
     */
    OptionalLong count(ListQuery query, Access access);

    /**
     * Hands out the rows in the order of the list, a piece at a time. Called within a transaction whose snapshot does not
     * move, so reading page by page misses nothing and sees nothing twice.
     */
    void read(ListQuery query, Access access, ExportRows rows);
}
