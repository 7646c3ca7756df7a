package io.opsdeck.web.event;

import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.LoggedEvent;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.page.Page;
import io.opsdeck.web.people.ContactSight;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The list of events as a member may see it, on the page and in exports. */
@Component
class EventList {

    private final EventLog log;
    private final ContactSight sight;

    EventList(EventLog log, ContactSight sight) {
        this.log = log;
        this.sight = sight;
    }

    /**
     * @param event a name, or empty for all
     * @param who an identifier of a person, or empty for everybody; nobody for an address that the member may not see
     */
    Page<LoggedEvent> page(String event, String who, @Nullable String cursor, int limit, Access access) {
        return sight.mayAsk(who, access)
                ? sight.events(page(event, who.strip(), cursor, limit), access)
                : new Page<>(List.of(), null);
    }

    private Page<LoggedEvent> page(String event, String who, @Nullable String cursor, int limit) {
        String name = event.isEmpty() ? null : event;
        if (who.isEmpty()) {
            return log.newest(name, null, cursor, limit);
        }
        Optional<PersonId> person = log.findPerson(who);
        return person.isEmpty() ? new Page<>(List.of(), null) : log.newest(name, person.get(), cursor, limit);
    }
}
