package io.opsdeck.benchmarks;

import jakarta.mail.MessagingException;
import java.io.IOException;
import java.net.http.HttpResponse.BodyHandlers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Invitations, each of which is one mail and one webhook to every endpoint, and those who receive them. They are planned
 * while everything is frozen, and then let go.
 */
final class Outgoing implements AutoCloseable {

    private static final Pattern FREEZE = Pattern.compile("/outbound/freezes/[0-9a-f-]+/lift");

    private final int invitations;
    private final int endpoints;
    private final WebhookSink webhooks = new WebhookSink();
    private final MailSink mails = new MailSink();

    Outgoing(int invitations, int endpoints) throws IOException {
        this.invitations = invitations;
        this.endpoints = endpoints;
    }

    /** How many of each there are by now, for a report. */
    record Received(long webhooks, long copies, int mails) {}

    Received received() {
        return new Received(webhooks.messages(), webhooks.repeated(), mails.received());
    }

    /** What the product has to know of those who receive. */
    Map<String, String> environment() {
        return Map.of(
                "OPSDECK_SMTP_HOST", "127.0.0.1",
                "OPSDECK_SMTP_PORT", String.valueOf(mails.port()),
                "OPSDECK_SMTP_SECURITY", "none",
                "OPSDECK_MAIL_FROM", "Opsdeck <ops@opsdeck.example>",
                "OPSDECK_OUTBOUND_ALLOW", "127.0.0.1");
    }

    /** Freezes, and invites by one node after the other. */
    void plan(List<Opsdeck> nodes) throws IOException, InterruptedException {
        for (int i = 0; i < endpoints; i++) {
            String endpoint = "{\"url\":\"" + webhooks.address(i) + "\",\"events\":[\"member.invited\"]}";
            nodes.get(0).api("POST", "/api/v1/webhooks", endpoint);
        }
        var browsers = new Browser[nodes.size()];
        var tokens = new String[nodes.size()];
        for (int node = 0; node < browsers.length; node++) {
            browsers[node] = Browser.signIn(nodes.get(node));
            tokens[node] = browsers[node].token("/members");
        }
        browsers[0].send("/outbound/freezes", tokens[0], Map.of("reason", "until everything is planned"));
        for (int i = 0; i < invitations; i++) {
            int node = i % browsers.length;
            Map<String, String> form = Map.of("mail", "colleague-" + i + "@opsdeck.example", "role", "viewer");
            int status = browsers[node].send("/members/invitations", tokens[node], form);
            if (status != 200) {
                throw new IOException("an invitation was answered " + status);
            }
        }
    }

    /** Lifts the freeze. */
    void letGo(Report report, Opsdeck node) throws IOException, InterruptedException, SQLException {
        Map<String, Long> planned = count(node);
        report.check(
                planned.getOrDefault("webhook PLANNED", 0L) == messages()
                        && planned.getOrDefault("mail PLANNED", 0L) == invitations
                        && received().equals(new Received(0, 0, 0)),
                "before it was let go: " + planned + ", " + received());
        Browser browser = Browser.signIn(node);
        String page = browser.http
                .send(browser.get("/outbound"), BodyHandlers.ofString())
                .body();
        Matcher freeze = FREEZE.matcher(page);
        if (!freeze.find()) {
            throw new IOException("nothing is frozen");
        }
        browser.post("/outbound", freeze.group(), Map.of());
    }

    boolean isUnderWay(Opsdeck node) throws SQLException {
        return count(node).keySet().stream().anyMatch(key -> key.matches(".* (PLANNED|CLAIMED|ATTEMPTING|DEFERRED)"));
    }

    /** Every webhook arrived, and copies are known by their id; no mail arrived twice, and what is not sent is uncertain. */
    void check(Report report, Opsdeck node, long mostUncertain) throws SQLException, MessagingException {
        Map<String, Long> ended = count(node);
        long sent = ended.getOrDefault("mail SENT", 0L);
        long uncertain = ended.getOrDefault("mail UNCERTAIN", 0L);
        Map<String, Integer> copies = mails.copies();
        report.check(ended.getOrDefault("webhook SENT", 0L) == messages(), messages() + " webhooks ended as " + ended);
        report.check(
                webhooks.messages() == messages(), webhooks.messages() + " of " + messages() + " webhooks received");
        report.check(sent + uncertain == invitations, invitations + " mails ended as " + ended);
        report.check(uncertain <= mostUncertain, uncertain + " mails are uncertain");
        report.check(
                copies.values().stream().allMatch(each -> each == 1),
                "mails came twice: " + mails.received() + " to " + copies.size() + " addresses");
        report.check(
                copies.size() >= sent && copies.size() <= sent + uncertain,
                copies.size() + " mails received, " + sent + " sent, " + uncertain + " uncertain");
        report.note("%,d webhooks: each received, and %,d copies that are known by their id"
                .formatted(messages(), webhooks.repeated()));
        report.note("%,d mails: %,d sent, %,d uncertain, of which %,d arrived; none came twice"
                .formatted(invitations, sent, uncertain, copies.size() - sent));
    }

    private long messages() {
        return (long) invitations * endpoints;
    }

    /** How many deliveries there are, by kind and state. */
    private static Map<String, Long> count(Opsdeck node) throws SQLException {
        var counts = new HashMap<String, Long>();
        try (Connection owner = node.connect();
                var query = owner.createStatement();
                var row = query.executeQuery("select kind || ' ' || state, count(*) from core.outbound group by 1")) {
            while (row.next()) {
                counts.put(row.getString(1), row.getLong(2));
            }
        }
        return counts;
    }

    @Override
    public void close() {
        webhooks.close();
        mails.close();
    }
}
