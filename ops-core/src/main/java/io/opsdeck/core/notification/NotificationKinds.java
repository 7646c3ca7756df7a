package io.opsdeck.core.notification;

import java.util.List;

/** What a feature tells members of, contributed as a bean. */
public interface NotificationKinds {

    List<NotificationKind> kinds();
}
