package io.opsdeck.core.export;

import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** With which rights an export is written. */
@Component
class ExportRights {

    private final Members members;

    ExportRights(Members members) {
        this.members = members;
    }

    /**
     * What the member may do now in the current workspace, of what he was allowed when he asked. Not within a transaction.
     *
     * @param asked keys of permissions
     */
    Access of(UUID member, List<String> asked) {
        Set<Permission> then = Arrays.stream(Permission.values())
                .filter(permission -> asked.contains(permission.key()))
                .collect(Collectors.toSet());
        return members.access(member, null, CurrentWorkspace.require())
                .orElseThrow(ExportError.EXPORT_MEMBER_GONE::exception)
                .within(then);
    }
}
