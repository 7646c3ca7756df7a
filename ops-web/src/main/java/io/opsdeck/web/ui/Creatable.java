package io.opsdeck.web.ui;

import io.opsdeck.core.security.Permission;

/** What the create menu and the palette offer to make; the text is {@code nav.create.<key>}. */
enum Creatable {
    SOURCE("source", "plug", "/sources#new", Permission.SOURCE_MANAGE),
    IMPORT("import", "file-import", "/imports#new", Permission.IMPORT_RUN),
    MEMBER("member", "user-plus", "/members#invite", Permission.MEMBER_MANAGE),
    TOKEN("token", "key", "/tokens#new", Permission.TOKEN_MANAGE);

    private final String key;
    private final String icon;
    private final String href;
    private final Permission permission;

    Creatable(String key, String icon, String href, Permission permission) {
        this.key = key;
        this.icon = icon;
        this.href = href;
        this.permission = permission;
    }

    String key() {
        return key;
    }

    String icon() {
        return icon;
    }

    /** The page with the form; the fragment is the heading of its card, whose first field gets the focus. */
    String href() {
        return href;
    }

    Permission permission() {
        return permission;
    }
}
