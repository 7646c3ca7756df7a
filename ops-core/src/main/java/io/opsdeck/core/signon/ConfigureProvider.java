package io.opsdeck.core.signon;

import java.util.Set;
import java.util.UUID;

/**
 * Settings as an owner typed them.
 *
 * @param clientSecret empty to keep the one of before, which works for the same issuer only
 * @param domains separated by commas or blanks
 */
public record ConfigureProvider(
        String issuer,
        String clientId,
        String clientSecret,
        String label,
        String domains,
        String role,
        boolean only,
        Set<UUID> exempt) {}
