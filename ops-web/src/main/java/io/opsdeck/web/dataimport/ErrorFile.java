package io.opsdeck.web.dataimport;

import io.opsdeck.analytics.dataimport.ImportError;
import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.core.job.JobId;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** The rows that an import could not take, as a file to mend and import again. */
@Component
class ErrorFile {

    private final Imports imports;
    private final MessageSource messages;

    ErrorFile(Imports imports, MessageSource messages) {
        this.imports = imports;
        this.messages = messages;
    }

    void write(JobId job, HttpServletResponse response, Locale locale) throws IOException {
        if (imports.ofJob(job).isEmpty()) {
            throw ImportError.IMPORT_NOT_FOUND.exception();
        }
        response.setContentType("text/csv; charset=UTF-8");
        response.setHeader("Content-Disposition", "attachment; filename=\"import-errors-" + job + ".csv\"");
        var out = new OutputStreamWriter(response.getOutputStream(), StandardCharsets.UTF_8);
        out.write('\uFEFF');
        // Closes what it writes to.
        imports.writeErrors(job, out, (code, row) -> reason(code, locale));
    }

    private String reason(String code, Locale locale) {
        return messages.getMessage("fault." + code, null, locale);
    }
}
