package io.opsdeck.web.workbench;

import io.opsdeck.analytics.workbench.SavedQueries;
import io.opsdeck.analytics.workbench.SavedQueries.SavedQuery;
import io.opsdeck.analytics.workbench.SqlAnswer;
import io.opsdeck.analytics.workbench.Workbench;
import io.opsdeck.analytics.workbench.WorkbenchError;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.security.Permission;
import io.opsdeck.user.profile.ProfileError;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import io.opsdeck.web.ui.Html;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.MessageSource;
import org.springframework.ui.Model;
import org.springframework.validation.BindingResult;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** The SQL workbench: an editor, what there is to ask, the answer, and the statements that were kept. */
@PageController
class WorkbenchPageController {

    private static final int SHOWN_ROWS = 500;
    private static final String PARAMETER = "p.";
    private static final String FIRST = """
            select event, count(*) as events, count(distinct person) as people
            from events
            where time >= now() - interval 30 day
            group by event
            order by events desc""";

    private final Workbench workbench;
    private final SavedQueries saved;
    private final QueryFile file;
    private final ContactSight sight;
    private final SqlReads reads;
    private final Html html;
    private final MessageSource messages;

    WorkbenchPageController(
            Workbench workbench,
            SavedQueries saved,
            QueryFile file,
            ContactSight sight,
            SqlReads reads,
            Html html,
            MessageSource messages) {
        this.workbench = workbench;
        this.saved = saved;
        this.file = file;
        this.sight = sight;
        this.reads = reads;
        this.html = html;
        this.messages = messages;
    }

    /**
     * What stands in the editor.
     *
     * @param id of the statement that was opened, or empty
     */
    record QueryForm(String id, String name, String sql) {

        /** A field that a form leaves out is an empty one. */
        QueryForm {
            id = Objects.requireNonNullElse(id, "");
            name = Objects.requireNonNullElse(name, "");
            sql = Objects.requireNonNullElse(sql, "");
        }
    }

    @GetMapping("/sql")
    @Requires(Permission.SQL_RUN)
    String open(Model model) {
        return page(new QueryForm("", "", FIRST), Map.of(), model);
    }

    @GetMapping("/sql/{id}")
    @Requires(Permission.SQL_RUN)
    String open(@PathVariable String id, HttpServletRequest request, Model model) {
        SavedQuery query = saved.require(id(id));
        if (!sight.mayAsk(query.sql(), Caller.require(request))) {
            throw ProfileError.CONTACT_FILTER_HIDDEN.exception(query.name());
        }
        return page(new QueryForm(id, query.name(), query.sql()), Map.of(), model);
    }

    /** The tables with their columns; asked for by the page, since the store may have to be opened. */
    @GetMapping("/sql/tables")
    @Requires(Permission.SQL_RUN)
    String tables(HttpServletRequest request, Locale locale, Model model) {
        try {
            model.addAttribute("tables", workbench.schema(isClear(request)));
        } catch (OpsdeckException refused) {
            model.addAttribute("refused", text(refused, locale));
        }
        model.addAttribute("masked", !isClear(request));
        return "workbench/query :: tables";
    }

    /** A field for each parameter of the statement as it stands. */
    @PostMapping("/sql/parameters")
    @Requires(Permission.SQL_RUN)
    String parameters(@ModelAttribute("form") QueryForm form, HttpServletRequest request, Model model) {
        model.addAttribute("parameters", parameters(form.sql(), given(request)));
        return "workbench/query :: parameters";
    }

    @PostMapping("/sql/run")
    @Requires(Permission.SQL_RUN)
    String run(
            @ModelAttribute("form") QueryForm form,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        Map<String, String> given = given(request);
        try {
            SqlAnswer answer = workbench.run(form.sql(), given, SHOWN_ROWS, isClear(request));
            reads.ran(form.sql());
            model.addAttribute("answer", answer);
            model.addAttribute(
                    "rows",
                    answer.rows().stream().map(WorkbenchPageController::cells).toList());
        } catch (OpsdeckException refused) {
            response.setStatus(422);
            model.addAttribute("refused", text(refused, locale));
        }
        if (request.getHeader("HX-Request") == null) {
            return page(form, given, model);
        }
        return "workbench/query :: answer";
    }

    private static List<@Nullable String> cells(List<@Nullable Object> row) {
        List<@Nullable String> cells = new ArrayList<>();
        row.forEach(value -> cells.add(QueryCell.text(value)));
        return cells;
    }

    @PostMapping("/sql/file")
    @Requires(Permission.SQL_RUN)
    @Nullable
    String file(
            @ModelAttribute("form") QueryForm form,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model)
            throws IOException {
        Map<String, String> given = given(request);
        try {
            String name = form.name().isBlank() ? "sql" : form.name().strip();
            reads.ran(form.sql());
            file.send(name, form.sql(), given, isClear(request), response);
            return null;
        } catch (OpsdeckException refused) {
            response.setStatus(422);
            model.addAttribute("refused", text(refused, locale));
            return page(form, given, model);
        }
    }

    /** Keeps the statement under its name: as a new one, or as the one that was opened. */
    @PostMapping("/sql")
    @Requires(Permission.SQL_RUN)
    String save(
            @ModelAttribute("form") QueryForm form,
            BindingResult errors,
            @RequestParam(defaultValue = "false") boolean copy,
            HttpServletRequest request,
            HttpServletResponse response,
            Locale locale,
            Model model) {
        UUID member = Caller.require(request).member();
        Optional<UUID> kept = html.submit(errors, locale, () -> {
            if (copy || form.id().isEmpty()) {
                return saved.create(member, form.name(), form.sql());
            }
            UUID id = id(form.id());
            saved.change(id, form.name(), form.sql());
            return id;
        });
        if (kept.isPresent()) {
            return "redirect:/sql/" + kept.get();
        }
        response.setStatus(422);
        return page(form, given(request), model);
    }

    @PostMapping("/sql/{id}/delete")
    @Requires(Permission.SQL_RUN)
    String delete(@PathVariable String id) {
        saved.delete(id(id));
        return "redirect:/sql";
    }

    private String page(QueryForm form, Map<String, String> given, Model model) {
        model.addAttribute("form", form);
        model.addAttribute("queries", saved.list());
        model.addAttribute("parameters", parameters(form.sql(), given));
        return "workbench/query";
    }

    private Map<String, String> parameters(String sql, Map<String, String> given) {
        var parameters = new LinkedHashMap<String, String>();
        workbench.parameters(sql).forEach(name -> parameters.put(name, given.getOrDefault(name, "")));
        return parameters;
    }

    private static Map<String, String> given(HttpServletRequest request) {
        var given = new LinkedHashMap<String, String>();
        request.getParameterMap().forEach((name, values) -> {
            if (name.startsWith(PARAMETER)) {
                given.put(name.substring(PARAMETER.length()), values[0]);
            }
        });
        return given;
    }

    private boolean isClear(HttpServletRequest request) {
        return sight.isClear(Caller.require(request));
    }

    private String text(OpsdeckException refused, Locale locale) {
        return messages.getMessage(
                "error." + refused.code().code(), refused.arguments().toArray(), locale);
    }

    private static UUID id(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw WorkbenchError.SAVED_QUERY_NOT_FOUND.exception(e);
        }
    }
}
