package io.opsdeck.core.notification;

import java.util.List;
import java.util.UUID;

/** Brings notices to where members look, beside inbox and mail. */
public interface NoticeCarrier {

    /**
     * Called in the transaction of the fact and in its workspace.
     *
     * @param members those who want this kind by robot
     */
    void carry(Notice notice, List<UUID> members);
}
