package io.opsdeck.web.people;

import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.core.audit.ReadTrail;
import io.opsdeck.core.member.Access;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.springframework.stereotype.Component;

/** Records who saw contact data in clear text: of one person, or of how many by which filters, without their values. */
@Component
public class ContactReads {

    private static final String EVERYBODY = "*";

    private final ReadTrail reads;
    private final ContactSight sight;

    ContactReads(ReadTrail reads, ContactSight sight) {
        this.reads = reads;
        this.sight = sight;
    }

    void one(PersonId person, Access access) {
        if (sight.isClear(access)) {
            reads.record("person.read", "person", person.toString(), Map.of());
        }
    }

    /** Somebody was found by an identifier, an address or a number. */
    void lookedUp(PersonId person, Access access) {
        if (sight.isClear(access)) {
            reads.record("person.looked_up", "person", person.toString(), Map.of());
        }
    }

    /** A page of a list; the next pages of the same list are the same look. */
    public void list(Collection<String> filters, int rows, Access access) {
        if (rows > 0 && sight.isClear(access)) {
            String asked = filters.isEmpty() ? EVERYBODY : String.join(", ", new TreeSet<>(filters));
            reads.record("person.listed", "profiles", asked, Map.of("rows", rows));
        }
    }

    /** What a list is filtered by: the names of the parameters and of the traits. */
    static List<String> names(String q, String who, List<String> conditions) {
        List<String> names = new ArrayList<>();
        if (!q.isBlank()) {
            names.add("q");
        }
        if (!who.isEmpty()) {
            names.add("who");
        }
        conditions.forEach(condition -> names.add(condition.replaceFirst("(?<!\\\\):.*", "")));
        return names;
    }
}
