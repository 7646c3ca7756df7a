package io.opsdeck.web.member;

import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.ui.PaletteEntry;
import io.opsdeck.web.ui.PaletteQuery;
import io.opsdeck.web.ui.PaletteSource;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.springframework.stereotype.Component;

/** Members by name or mail. */
@Component
class MemberPalette implements PaletteSource {

    private final Members members;

    MemberPalette(Members members) {
        this.members = members;
    }

    @Override
    public String key() {
        return "members";
    }

    @Override
    public int order() {
        return 12;
    }

    @Override
    public List<PaletteEntry> find(PaletteQuery query) {
        if (query.text().isEmpty() || !query.access().may(Permission.MEMBER_READ)) {
            return List.of();
        }
        return members.list("").stream()
                .map(member -> PaletteEntry.page(
                        query.fit(member.name(), member.mail()),
                        "user",
                        member.name(),
                        member.mail(),
                        "/members?q=" + URLEncoder.encode(member.mail(), StandardCharsets.UTF_8)))
                .toList();
    }
}
