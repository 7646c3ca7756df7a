package io.opsdeck.web.security;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.ApiTokens.TokenAccess;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import jakarta.servlet.http.HttpServletRequest;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognises an API token. What it may do is what both its scopes and its owner's role allow. */
class TokenFilter extends AccessFilter {

    static final String WORKSPACE_HEADER = "Opsdeck-Workspace";

    private static final String SCHEME = "Bearer ";
    private static final int MOST = 200;

    private final ApiTokens tokens;
    private final Members members;

    TokenFilter(ApiTokens tokens, Members members) {
        this.tokens = tokens;
        this.members = members;
    }

    @Override
    Optional<Found> find(HttpServletRequest request) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.startsWith(SCHEME) || header.length() > MOST) {
            return Optional.empty();
        }
        String text = header.substring(SCHEME.length()).strip();
        Optional<TokenAccess> token = CurrentWorkspace.callAsSystem(() -> tokens.find(text));
        return token.flatMap(found -> access(found, wished(request)).map(access -> {
            CurrentWorkspace.callAsSystem(() -> {
                tokens.used(found.id());
                return true;
            });
            return new Found(access, Actor.Kind.TOKEN, found.id(), access.name() + " / " + found.name());
        }));
    }

    private Optional<Access> access(TokenAccess token, @Nullable WorkspaceId wished) {
        if (token.workspace() != null && wished != null && !token.workspace().equals(wished)) {
            return Optional.empty();
        }
        WorkspaceId workspace = token.workspace() == null ? wished : token.workspace();
        return members.access(token.member(), null, workspace).map(access -> {
            Set<Permission> allowed = EnumSet.copyOf(token.scopes());
            allowed.retainAll(access.permissions());
            return new Access(
                    access.member(),
                    access.name(),
                    access.mail(),
                    access.locale(),
                    access.workspace(),
                    access.role(),
                    allowed,
                    access.workspaces(),
                    access.secondStepMissing());
        });
    }

    private static @Nullable WorkspaceId wished(HttpServletRequest request) {
        String header = request.getHeader(WORKSPACE_HEADER);
        if (header == null || header.isBlank()) {
            return null;
        }
        try {
            return WorkspaceId.of(header.strip());
        } catch (OpsdeckException e) {
            return new WorkspaceId(new java.util.UUID(-1, -1));
        }
    }
}
