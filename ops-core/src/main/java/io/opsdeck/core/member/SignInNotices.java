package io.opsdeck.core.member;

import io.opsdeck.core.audit.Actor;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.workspace.CurrentWorkspace;
import io.opsdeck.core.workspace.WorkspaceSettings;
import io.opsdeck.core.workspace.Workspaces;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Tells a member by mail that the way he signs in was changed, in the transaction of the change: it may not have been he. */
@Component
public class SignInNotices {

    private static final String NOBODY_KNOWS = "–";

    private final SystemMail mails;
    private final MemberRepository repository;
    private final Workspaces workspaces;
    private final Ids ids;
    private final String baseUrl;

    SignInNotices(
            SystemMail mails,
            MemberRepository repository,
            Workspaces workspaces,
            Ids ids,
            @Value("${opsdeck.base-url}") String baseUrl) {
        this.mails = mails;
        this.repository = repository;
        this.workspaces = workspaces;
        this.ids = ids;
        this.baseUrl = baseUrl;
    }

    /** Mails what {@code kind} says to a member, with the address of whoever acts. Part of the caller's transaction. */
    public void send(MailKind kind, UUID member) {
        send(kind, repository.findById(member).orElseThrow(CoreError.MEMBER_NOT_FOUND::exception));
    }

    void send(MailKind kind, Member member) {
        if (!mails.configured()) {
            return;
        }
        WorkspaceSettings settings =
                workspaces.require(CurrentWorkspace.require()).settings();
        String language = Objects.requireNonNullElse(member.locale(), settings.locale());
        String address = Objects.requireNonNullElse(Actor.current().address(), NOBODY_KNOWS);
        mails.send(
                "notice/" + ids.next(),
                new Letter(
                        kind,
                        MailAddress.of(member.mail()),
                        Locale.forLanguageTag(language),
                        List.of(address),
                        baseUrl + "/account/sessions"));
    }
}
