package io.opsdeck.web.outbound;

import io.opsdeck.core.id.Ids;
import io.opsdeck.core.mail.Letter;
import io.opsdeck.core.mail.MailAddress;
import io.opsdeck.core.mail.MailKind;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.workspace.Workspaces;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/** A mail by which a member tries the mail server. */
@Service
class TestMail {

    private final SystemMail mails;
    private final Workspaces workspaces;
    private final Ids ids;
    private final String baseUrl;

    TestMail(SystemMail mails, Workspaces workspaces, Ids ids, @Value("${opsdeck.base-url}") String baseUrl) {
        this.mails = mails;
        this.workspaces = workspaces;
        this.ids = ids;
        this.baseUrl = baseUrl;
    }

    boolean isPossible() {
        return mails.configured();
    }

    /** Mails the member himself, in the language he reads; empty where no mail server is configured. */
    @Transactional
    public Optional<OutboundId> send(Access to, Locale locale) {
        String workspace = workspaces.require(to.workspace()).settings().name();
        var letter =
                new Letter(MailKind.TEST, MailAddress.of(to.mail()), locale, List.of(workspace), baseUrl + "/outbound");
        return mails.send("test/" + ids.next(), letter);
    }
}
