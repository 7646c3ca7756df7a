package io.opsdeck.web.security;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.workspace.CurrentWorkspace;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/** Finds out who calls and runs the rest of the request in that workspace and name. */
abstract class AccessFilter extends OncePerRequestFilter {

    /** Who calls; empty lets the request go on as nobody. */
    abstract Optional<Found> find(HttpServletRequest request, HttpServletResponse response);

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        Optional<Found> found = find(request, response);
        if (found.isEmpty()) {
            chain.doFilter(request, response);
            return;
        }
        Access access = found.get().access();
        request.setAttribute(Caller.ACCESS, access);
        var actor = new Actor(
                found.get().kind(),
                found.get().id(),
                found.get().name(),
                RequestIds.of(request),
                request.getRemoteAddr());
        @Nullable
        ServletException failure = Actor.call(
                actor, () -> CurrentWorkspace.call(access.workspace(), () -> proceed(request, response, chain)));
        if (failure != null) {
            throw failure;
        }
    }

    @Override
    protected boolean shouldNotFilterAsyncDispatch() {
        return false;
    }

    @Override
    protected boolean shouldNotFilterErrorDispatch() {
        return false;
    }

    private static @Nullable ServletException proceed(
            HttpServletRequest request, HttpServletResponse response, FilterChain chain) {
        try {
            chain.doFilter(request, response);
            return null;
        } catch (ServletException e) {
            return e;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    record Found(Access access, Actor.Kind kind, UUID id, String name) {}
}
