package io.opsdeck.core.security;

/** Where in the product a permission counts; groups the rows of the matrix. */
public enum PermissionArea {
    TEAM,
    DATA,
    PEOPLE,
    INSIGHT,
    SENDING
}
