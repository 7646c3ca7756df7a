package io.opsdeck.web.dataimport;

import io.opsdeck.analytics.dataimport.ImportError;
import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.analytics.dataimport.Imports.ImportView;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.ui.Attachment;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** The rows that an import could not take, as a file to mend and import again. */
@Component
class ErrorFile {

    private final Imports imports;
    private final ContactSight sight;
    private final MessageSource messages;

    ErrorFile(Imports imports, ContactSight sight, MessageSource messages) {
        this.imports = imports;
        this.sight = sight;
        this.messages = messages;
    }

    /** Rows are handed out as they were uploaded, to be mended and uploaded again, so contact data cannot be masked in them. */
    boolean mayRead(ImportView view, Access access) {
        return Stream.concat(
                                view.header().stream().filter(ContactMask::isNameOfContact),
                                view.sample().stream().flatMap(List::stream).filter(ContactMask::isIn))
                        .findAny()
                        .isEmpty()
                || sight.isClear(access);
    }

    void write(JobId job, Access access, HttpServletResponse response, Locale locale) throws IOException {
        ImportView view = imports.ofJob(job).orElseThrow(ImportError.IMPORT_NOT_FOUND::exception);
        if (!mayRead(view, access)) {
            throw CoreError.FORBIDDEN.exception(Permission.PROFILE_CONTACT_READ.key());
        }
        String name = "import-errors-" + job + ".csv";
        Attachment.head(name, name, "text/csv; charset=UTF-8", response);
        var out = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8);
        out.write('\uFEFF');
        // Closes what it writes to.
        imports.writeErrors(job, out, (code, row) -> reason(code, locale));
    }

    private String reason(String code, Locale locale) {
        return messages.getMessage("fault." + code, null, locale);
    }
}
