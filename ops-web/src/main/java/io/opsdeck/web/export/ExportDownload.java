package io.opsdeck.web.export;

import io.opsdeck.core.export.Exports;
import io.opsdeck.core.export.Exports.ExportFile;
import io.opsdeck.core.file.FileStore;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.member.Access;
import io.opsdeck.web.ui.Attachment;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.InputStream;
import org.springframework.stereotype.Component;

/** Hands out the file of an export, piece by piece. */
@Component
class ExportDownload {

    private final Exports exports;
    private final FileStore files;

    ExportDownload(Exports exports, FileStore files) {
        this.exports = exports;
        this.files = files;
    }

    void send(JobId id, Access access, HttpServletResponse response) throws IOException {
        ExportFile export = exports.file(id, access);
        String name = export.file().name();
        Attachment.head(name, name, export.format().mediaType(), response);
        response.setContentLengthLong(export.file().size());
        response.setHeader("Cache-Control", "no-store");
        try (InputStream content = files.open(export.file().id())) {
            content.transferTo(response.getOutputStream());
        }
    }
}
