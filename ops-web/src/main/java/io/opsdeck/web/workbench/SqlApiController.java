package io.opsdeck.web.workbench;

import io.opsdeck.analytics.workbench.SqlAnswer;
import io.opsdeck.analytics.workbench.Workbench;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.api.ChangesNothing;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Statements of other services. */
@RestController
class SqlApiController {

    private static final int ROWS = 1_000;

    private final Workbench workbench;
    private final ContactSight sight;
    private final SqlReads reads;

    SqlApiController(Workbench workbench, ContactSight sight, SqlReads reads) {
        this.workbench = workbench;
        this.sight = sight;
        this.reads = reads;
    }

    /**
     * A statement with values for its parameters.
     *
     * @param limit the most rows of the answer, 1,000 where none is given
     */
    record SqlBody(
            @Nullable String sql,
            @Nullable Map<String, String> parameters,
            @Nullable Integer limit) {}

    /** The rows in the order of the columns; {@code more} where the limit cut them off. */
    record AnswerBody(List<SqlAnswer.Column> columns, List<List<@Nullable Object>> rows, boolean more) {}

    /** Changes nothing; it is a POST because a statement does not fit into an address. */
    @PostMapping(path = "/api/v1/sql/query", produces = MediaType.APPLICATION_JSON_VALUE)
    @ChangesNothing
    @Requires(Permission.SQL_RUN)
    AnswerBody query(@RequestBody SqlBody body, HttpServletRequest request) {
        int limit = Objects.requireNonNullElse(body.limit, ROWS);
        if (limit < 1 || limit > Workbench.MOST_ROWS) {
            throw CoreError.INVALID_VALUE.at("/limit", limit);
        }
        SqlAnswer answer = workbench.run(
                Objects.requireNonNullElse(body.sql, ""),
                Objects.requireNonNullElse(body.parameters, Map.of()),
                limit,
                sight.isClear(Caller.require(request)));
        reads.ran(Objects.requireNonNullElse(body.sql, ""));
        return new AnswerBody(answer.columns(), answer.rows(), answer.more());
    }
}
