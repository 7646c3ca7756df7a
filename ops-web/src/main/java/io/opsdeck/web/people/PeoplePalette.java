package io.opsdeck.web.people;

import io.opsdeck.core.page.Page;
import io.opsdeck.core.security.Permission;
import io.opsdeck.user.profile.ProfileFilter;
import io.opsdeck.user.profile.ProfileOrder;
import io.opsdeck.user.profile.ProfileView;
import io.opsdeck.user.profile.Profiles;
import io.opsdeck.web.ui.PaletteEntry;
import io.opsdeck.web.ui.PaletteQuery;
import io.opsdeck.web.ui.PaletteSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** People by name, e-mail, phone or user id, else by exactly the id of a device. */
@Component
class PeoplePalette implements PaletteSource {

    private static final int MOST = 6;

    /** Whatever matched in the database, even where the text shown does not contain it. */
    private static final int FOUND = 1;

    private final Profiles profiles;
    private final ContactSight sight;
    private final ContactReads reads;

    PeoplePalette(Profiles profiles, ContactSight sight, ContactReads reads) {
        this.profiles = profiles;
        this.sight = sight;
        this.reads = reads;
    }

    @Override
    public String key() {
        return "people";
    }

    @Override
    public int order() {
        return 15;
    }

    @Override
    public List<PaletteEntry> find(PaletteQuery query) {
        if (query.text().isEmpty() || !query.access().may(Permission.PROFILE_READ)) {
            return List.of();
        }
        List<ProfileFilter> filters = sight.filters(List.of(new ProfileFilter.Text(query.text())), query.access());
        Page<ProfileView> page = profiles.page(filters, ProfileOrder.LAST_SEEN, null, MOST);
        if (page.data().isEmpty()) {
            page = new Page<>(
                    profiles.find(query.typed(), sight.isClear(query.access())).stream()
                            .toList(),
                    null);
        }
        reads.list(List.of("palette"), page.data().size(), query.access());
        return sight.people(page, query.access()).data().stream()
                .map(person -> entry(person, query))
                .toList();
    }

    private static PaletteEntry entry(ProfileView person, PaletteQuery query) {
        String called = first(person.name(), person.email(), person.userId(), person.phone());
        String detail = called.equals(person.userId()) ? person.email() : person.userId();
        return PaletteEntry.page(Math.max(FOUND, query.fit(called)), "user", called, detail, "/people/" + person.id());
    }

    private static String first(@Nullable String... names) {
        for (String name : names) {
            if (name != null) {
                return name;
            }
        }
        return "–";
    }
}
