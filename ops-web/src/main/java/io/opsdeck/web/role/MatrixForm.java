package io.opsdeck.web.role;

import io.opsdeck.core.security.Authority;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.security.RoleChange;
import io.opsdeck.core.security.RoleView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The ticks of the matrix between a member's first click and "save". What he saw travels along, so that only what he
 * changed himself is a change, whatever others did meanwhile.
 */
final class MatrixForm {

    private MatrixForm() {}

    /** Whether somebody may set a cell: not in his own column, nor of what he has not, nor in a role above his. */
    static boolean mayChange(RoleView view, Permission permission, Authority by) {
        return by.permissions().contains(Permission.ROLE_MANAGE)
                && !view.role().isOwner()
                && !view.role().key().equals(by.role().key())
                && by.covers(view)
                && by.permissions().contains(permission);
    }

    /** The cells that somebody may set, as he sees them: {@code viewer +event:read -job:read}. */
    static String seen(RoleView view, Authority by) {
        return view.role().key()
                + Arrays.stream(Permission.values())
                        .filter(permission -> mayChange(view, permission, by))
                        .map(permission -> (view.allows(permission) ? " +" : " -") + permission.key())
                        .collect(Collectors.joining());
    }

    /**
     * What somebody changed.
     *
     * @param seen one text per role as {@link #seen} wrote it
     * @param ticked cells as {@code viewer event:read}
     */
    static List<RoleChange> changes(List<String> seen, List<String> ticked) {
        List<RoleChange> changes = new ArrayList<>();
        for (String text : seen) {
            String[] parts = text.split(" ");
            for (int i = 1; i < parts.length; i++) {
                Permission permission = Permission.of(parts[i].substring(1));
                boolean now = ticked.contains(parts[0] + " " + permission.key());
                if (now != parts[i].startsWith("+")) {
                    changes.add(new RoleChange(parts[0], permission, now));
                }
            }
        }
        return changes;
    }
}
