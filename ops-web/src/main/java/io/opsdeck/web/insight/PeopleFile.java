package io.opsdeck.web.insight;

import de.siegmar.fastcsv.writer.CsvWriter;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.insight.InsightPoint;
import io.opsdeck.analytics.insight.InsightQuery;
import io.opsdeck.analytics.insight.Insights;
import io.opsdeck.analytics.insight.QuestionMask;
import io.opsdeck.core.audit.AuditTrail;
import io.opsdeck.core.text.ContactMask;
import io.opsdeck.core.text.SpreadsheetText;
import io.opsdeck.user.profile.ProfileView;
import io.opsdeck.web.insight.BehindPageController.Behind;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;
import tools.jackson.databind.JsonNode;

/**
 * The people behind a number as comma-separated values. Goes through a temporary file, so that a failure is a page and no
 * file that ends early, and leaves when the audit trail says so.
 */
@Component
class PeopleFile {

    private static final int PIECE = 5_000;

    private final Insights insights;
    private final QuestionMask mask;
    private final AuditTrail audit;
    private final TransactionTemplate transactions;
    private final int piece;

    @Autowired
    PeopleFile(Insights insights, QuestionMask mask, AuditTrail audit, TransactionTemplate transactions) {
        this(insights, mask, audit, transactions, PIECE);
    }

    /** @param piece how many people are read at once */
    PeopleFile(Insights insights, QuestionMask mask, AuditTrail audit, TransactionTemplate transactions, int piece) {
        this.insights = insights;
        this.mask = mask;
        this.audit = audit;
        this.transactions = transactions;
        this.piece = piece;
    }

    /**
     * A number of an answer.
     *
     * @param name which one, in words
     * @param asked the question as it was sent
     */
    record Number(String name, JsonNode asked, InsightQuery query, InsightPoint point) {}

    /** @param known what the reader may see of some persons */
    void send(String name, Number number, Function<List<PersonId>, List<Behind>> known, HttpServletResponse response)
            throws IOException {
        Path file = Files.createTempFile("people", ".csv");
        try {
            int rows = write(file, number, known);
            transactions.executeWithoutResult(status -> audit.record(
                    "insight.people_exported",
                    "person",
                    "",
                    ContactMask.within(number.name),
                    Map.of(),
                    Map.of("rows", rows, "query", mask.mask(number.asked.toString()))));
            try (Writer out = AnswerFile.csv(name, response);
                    var lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
                lines.transferTo(out);
            }
        } finally {
            Files.delete(file);
        }
    }

    private int write(Path file, Number number, Function<List<PersonId>, List<Behind>> known) throws IOException {
        int rows = 0;
        try (Writer out = Files.newBufferedWriter(file, StandardCharsets.UTF_8);
                CsvWriter csv = CsvWriter.builder().build(out)) {
            csv.writeRecord("id", "user_id", "name", "email", "phone", "first_seen_at", "last_seen_at", "events");
            Integer from = 0;
            while (from != null) {
                Insights.People page = insights.people(number.query, number.point, from, piece);
                known.apply(page.people()).forEach(person -> csv.writeRecord(row(person)));
                rows += page.people().size();
                from = page.next();
            }
        }
        return rows;
    }

    private static List<String> row(Behind person) {
        ProfileView profile = person.profile();
        if (profile == null) {
            return List.of(person.id().toString(), "", "", "", "", "", "", "");
        }
        return List.of(
                person.id().toString(),
                text(profile.userId()),
                text(profile.name()),
                text(profile.email()),
                text(profile.phone()),
                String.valueOf(profile.firstSeenAt()),
                String.valueOf(profile.lastSeenAt()),
                String.valueOf(profile.events()));
    }

    private static String text(@Nullable String text) {
        return text == null ? "" : SpreadsheetText.inert(text);
    }
}
