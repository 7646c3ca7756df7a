package io.opsdeck.web.security;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.ApiTokens;
import io.opsdeck.core.security.ApiTokens.TokenAccess;
import io.opsdeck.core.security.Secrets;
import io.opsdeck.core.security.TokenAddresses;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceId;
import io.opsdeck.web.limit.LimitError;
import io.opsdeck.web.limit.LimitHeaders;
import io.opsdeck.web.limit.LimitPolicy;
import io.opsdeck.web.limit.LimitState;
import io.opsdeck.web.limit.RateLimits;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Recognises an API token. What it may do is what both its scopes and its owner's role allow. */
class TokenFilter extends AccessFilter {

    static final String WORKSPACE_HEADER = "Opsdeck-Workspace";

    private static final String SCHEME = "Bearer ";
    private static final int MOST = 200;

    private final ApiTokens tokens;
    private final Members members;
    private final TokenAddresses addresses;
    private final RateLimits limits;

    TokenFilter(ApiTokens tokens, Members members, TokenAddresses addresses, RateLimits limits) {
        this.tokens = tokens;
        this.members = members;
        this.addresses = addresses;
        this.limits = limits;
    }

    /** The tracking API has keys of its own, which some clients send in the same header. */
    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String path = request.getRequestURI();
        return !path.startsWith("/api/") && !path.startsWith("/scim/");
    }

    /**
     * Asks the database as seldom as can be: not for a text that can be no token, not for a token that is over its limit,
     * and for unknown ones only as often as an address may name them. Who is known by his token does not suffer from
     * others at the same address.
     */
    @Override
    Optional<Found> find(HttpServletRequest request, HttpServletResponse response) {
        String header = request.getHeader("Authorization");
        if (header == null || !header.startsWith(SCHEME)) {
            return Optional.empty();
        }
        String text = header.substring(SCHEME.length()).strip();
        if (text.length() > MOST || !tokens.isPossible(text)) {
            passes(LimitPolicy.UNKNOWN_TOKEN, request.getRemoteAddr(), request, response);
            return Optional.empty();
        }
        String hash = HexFormat.of().formatHex(Secrets.hash(text));
        if (limits.knows(LimitPolicy.DEFAULT, hash)) {
            return passes(LimitPolicy.DEFAULT, hash, request, response) ? access(text, request) : Optional.empty();
        }
        LimitState unknown = limits.count(LimitPolicy.UNKNOWN_TOKEN, request.getRemoteAddr());
        Optional<Found> found = unknown.allowed() ? access(text, request) : Optional.empty();
        if (found.isEmpty()) {
            note(unknown, request, response);
            return found;
        }
        limits.giveBack(LimitPolicy.UNKNOWN_TOKEN, request.getRemoteAddr());
        return passes(LimitPolicy.DEFAULT, hash, request, response) ? found : Optional.empty();
    }

    private boolean passes(
            LimitPolicy policy, String caller, HttpServletRequest request, HttpServletResponse response) {
        return note(limits.count(policy, caller), request, response);
    }

    /** Whoever is over his limit is told so where the handler would be run. */
    private static boolean note(LimitState state, HttpServletRequest request, HttpServletResponse response) {
        LimitHeaders.add(state, request, response);
        if (!state.allowed()) {
            request.setAttribute(Caller.REFUSAL, LimitError.RATE_LIMITED);
        }
        return state.allowed();
    }

    private Optional<Found> access(String text, HttpServletRequest request) {
        Optional<TokenAccess> token = CurrentWorkspace.callAsSystem(() -> tokens.find(text));
        return token.flatMap(found -> access(found, wished(request)).map(access -> {
            CurrentWorkspace.callAsSystem(() -> {
                tokens.used(found.id());
                return true;
            });
            var who = new Found(access, Actor.Kind.TOKEN, found.id(), access.name() + " / " + found.name());
            noteAddress(who, found, request);
            return who;
        }));
    }

    private void noteAddress(Found who, TokenAccess token, HttpServletRequest request) {
        String address = request.getRemoteAddr();
        var actor = new Actor(who.kind(), who.id(), who.name(), RequestIds.of(request), address);
        WorkspaceId workspace = who.access().workspace();
        CurrentWorkspace.run(
                workspace,
                () -> Actor.call(actor, () -> {
                    addresses.used(workspace.id(), token.id(), token.name(), address);
                    return true;
                }));
    }

    private Optional<Access> access(TokenAccess token, @Nullable WorkspaceId wished) {
        if (token.workspace() != null && wished != null && !token.workspace().equals(wished)) {
            return Optional.empty();
        }
        WorkspaceId workspace = token.workspace() == null ? wished : token.workspace();
        return members.access(token.member(), null, workspace).map(access -> access.within(token.scopes()));
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
