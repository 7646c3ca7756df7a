package io.opsdeck.core.job;

import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.core.workspace.CurrentWorkspace;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.MessageSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Mails the end of a job to those who asked for that. */
@Component
class JobReports {

    private final JdbcClient jdbc;
    private final TransactionTemplate transactions;
    private final Members members;
    private final SystemMail mail;
    private final MessageSource messages;
    private final String baseUrl;

    JobReports(
            JdbcClient jdbc,
            TransactionTemplate transactions,
            Members members,
            SystemMail mail,
            MessageSource messages,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.jdbc = jdbc;
        this.transactions = transactions;
        this.members = members;
        this.mail = mail;
        this.messages = messages;
        this.baseUrl = baseUrl;
    }

    private record Ended(String kind, String subject, int attempt, Set<UUID> readers) {}

    /** Who is told of an end in this state. Not within a transaction, as members are looked up across workspaces. */
    List<Access> readers(JobId id, JobState state) {
        if (!mail.configured() || (state != JobState.SUCCEEDED && state != JobState.FAILED)) {
            return List.of();
        }
        List<Access> readers = new ArrayList<>();
        Set<UUID> wished = transactions.execute(status -> ended(id).readers());
        for (UUID member : wished == null ? Set.<UUID>of() : wished) {
            members.access(member, null, CurrentWorkspace.require())
                    .filter(access -> access.may(Permission.JOB_READ))
                    .ifPresent(readers::add);
        }
        return readers;
    }

    /** Part of the transaction in which the job ends. */
    void send(JobId id, JobState state, List<Access> readers) {
        if (readers.isEmpty()) {
            return;
        }
        Ended ended = ended(id);
        for (Access reader : readers) {
            Locale locale = reader.locale() == null ? Locale.ENGLISH : Locale.forLanguageTag(reader.locale());
            String kind = text("job.kind." + ended.kind(), locale);
            String key = state == JobState.SUCCEEDED ? "succeeded" : "failed";
            mail.send(
                    "job/" + id + "/" + ended.attempt() + "/" + reader.member(),
                    new Letter(
                            MailKind.JOB_REPORT,
                            MailAddress.of(reader.mail()),
                            locale,
                            List.of(
                                    text("job.report." + key + ".title", locale, kind),
                                    text(
                                            "job.report." + key + ".text",
                                            locale,
                                            kind,
                                            ContactMask.within(ended.subject()))),
                            baseUrl + "/jobs/" + id));
        }
    }

    private Ended ended(JobId id) {
        return jdbc.sql("select kind, subject, attempt, mail_to from core.job where id = ?")
                .param(id.id())
                .query((row, number) -> new Ended(
                        row.getString(1), row.getString(2), row.getInt(3), new LinkedHashSet<>(List.of((UUID[])
                                row.getArray(4).getArray()))))
                .single();
    }

    private String text(String key, Locale locale, Object... arguments) {
        return String.valueOf(messages.getMessage(key, arguments, key, locale));
    }
}
