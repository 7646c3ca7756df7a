package io.opsdeck.core.export;

import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.member.Access;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** The lists that can be exported. */
@Component
class ExportSources {

    private final ObjectProvider<ExportSource> sources;

    ExportSources(ObjectProvider<ExportSource> sources) {
        this.sources = sources;
    }

    Optional<ExportSource> find(String list) {
        return sources.stream().filter(source -> source.key().equals(list)).findFirst();
    }

    /** The list, if {@code access} may see it. */
    ExportSource require(String list, Access access) {
        ExportSource source = find(list).orElseThrow(() -> ExportError.EXPORT_LIST_UNKNOWN.at("/list", list));
        if (!access.may(source.permission())) {
            throw CoreError.FORBIDDEN.exception(source.permission().key());
        }
        return source;
    }

    /** The keys that were asked for; all of the list's where none were. */
    static List<String> columns(ExportSource source, List<String> wanted) {
        List<String> known = source.columns().stream().map(ExportColumn::key).toList();
        if (wanted.isEmpty()) {
            return known;
        }
        var chosen = new ArrayList<String>();
        for (String key : wanted) {
            if (!known.contains(key)) {
                throw ExportError.EXPORT_COLUMN_UNKNOWN.at("/columns", key);
            }
            if (!chosen.contains(key)) {
                chosen.add(key);
            }
        }
        return chosen;
    }
}
