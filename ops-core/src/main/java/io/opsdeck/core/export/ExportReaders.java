package io.opsdeck.core.export;

import io.opsdeck.core.job.JobId;
import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** The members who get the link to a regular export. */
@Component
class ExportReaders {

    private final Members members;
    private final SystemMail mail;
    private final String baseUrl;

    ExportReaders(Members members, SystemMail mail, @Value("${opsdeck.base-url}") String baseUrl) {
        this.members = members;
        this.mail = mail;
        this.baseUrl = baseUrl;
    }

    /** Those who still belong to the workspace and may see the list. Not within a transaction. */
    List<Access> of(List<UUID> recipients, ExportSource source) {
        List<Access> readers = new ArrayList<>();
        for (UUID member : recipients) {
            members.access(member, null, CurrentWorkspace.require())
                    .filter(access -> access.may(Permission.EXPORT_RUN) && access.may(source.permission()))
                    .ifPresent(readers::add);
        }
        return readers;
    }

    /** Mails the link, and nothing of what the file holds. Part of the caller's transaction. */
    void tell(JobId job, String file, List<Access> readers) {
        for (Access reader : readers) {
            Locale language = reader.locale() == null ? Locale.ENGLISH : Locale.forLanguageTag(reader.locale());
            mail.send(
                    "export/" + job + "/" + reader.member(),
                    new Letter(
                            MailKind.EXPORT_READY,
                            MailAddress.of(reader.mail()),
                            language,
                            List.of(file, String.valueOf(Exports.OFFERED.toHours())),
                            baseUrl + "/exports/" + job));
        }
    }
}
