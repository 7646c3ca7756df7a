package io.opsdeck.core.security;

/** A wish for one cell of the matrix. */
public record RoleChange(String role, Permission permission, boolean allowed) {}
