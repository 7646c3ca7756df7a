package io.opsdeck.core.notification;

import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.notification.Inbox.Entry;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Writes notifications as letters, in the language of the member and without addresses and phone numbers of others. */
@Component
class NotificationMail {

    private static final int MOST_ITEMS = 30;

    private final SystemMail mails;
    private final MailStops stops;
    private final NotificationTexts texts;
    private final Workspaces workspaces;
    private final JdbcClient jdbc;
    private final String baseUrl;

    NotificationMail(
            SystemMail mails,
            MailStops stops,
            NotificationTexts texts,
            Workspaces workspaces,
            JdbcClient jdbc,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.mails = mails;
        this.stops = stops;
        this.texts = texts;
        this.workspaces = workspaces;
        this.jdbc = jdbc;
        this.baseUrl = baseUrl;
    }

    private record Reader(String mail, @Nullable String locale) {}

    /** One letter about all of a kind; the same key once. */
    void sendAtOnce(UUID member, List<Entry> entries, String key) {
        Entry newest = entries.get(0);
        WorkspaceSettings settings = settings();
        Reader reader = reader(member);
        Locale language = language(reader, settings);
        String what = entries.size() == 1
                ? sentence(newest, language)
                : texts.kind(newest.kind(), language) + " (" + entries.size() + ")";
        mails.send(
                "notice/" + key,
                new Letter(
                        MailKind.NOTICE,
                        MailAddress.of(reader.mail()),
                        language,
                        List.of(what, settings.name(), texts.reason(newest.reason(), newest.permission(), language)),
                        baseUrl + "/inbox",
                        items(entries, language),
                        stops.link(member, newest.kind())));
    }

    void sendDigest(UUID member, List<Entry> entries, String key) {
        WorkspaceSettings settings = settings();
        Reader reader = reader(member);
        Locale language = language(reader, settings);
        mails.send(
                "digest/" + key,
                new Letter(
                        MailKind.DIGEST,
                        MailAddress.of(reader.mail()),
                        language,
                        List.of(String.valueOf(entries.size()), settings.name()),
                        baseUrl + "/inbox",
                        items(entries, language),
                        stops.link(member, MailStops.DIGEST)));
    }

    private List<Letter.Item> items(List<Entry> entries, Locale language) {
        return entries.stream()
                .limit(MOST_ITEMS)
                .map(entry -> new Letter.Item(sentence(entry, language), baseUrl + entry.link()))
                .toList();
    }

    private String sentence(Entry entry, Locale language) {
        return ContactMask.within(texts.sentence(entry, language));
    }

    private Reader reader(UUID member) {
        return jdbc.sql("select mail, locale from core.member where id = ?")
                .param(member)
                .query((row, number) -> new Reader(row.getString(1), row.getString(2)))
                .single();
    }

    private static Locale language(Reader reader, WorkspaceSettings settings) {
        return Locale.forLanguageTag(reader.locale() == null ? settings.locale() : reader.locale());
    }

    private WorkspaceSettings settings() {
        return workspaces.require(CurrentWorkspace.require()).settings();
    }
}
