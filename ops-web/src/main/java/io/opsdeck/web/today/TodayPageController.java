package io.opsdeck.web.today;

import io.opsdeck.analytics.board.SavedInsights;
import io.opsdeck.analytics.event.EventLog;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.EventSources.SourceView;
import io.opsdeck.core.member.Access;
import io.opsdeck.core.member.Members;
import io.opsdeck.core.security.Permission;
import io.opsdeck.web.people.ContactSight;
import io.opsdeck.web.security.Caller;
import io.opsdeck.web.security.PageController;
import io.opsdeck.web.security.Requires;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.List;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** The home page: the team's numbers, what came in, what is newest, and what is left to set up. */
@PageController
class TodayPageController {

    private static final int NEWEST = 12;

    private final EventSources sources;
    private final EventLog log;
    private final Members members;
    private final SavedInsights insights;
    private final ContactSight sight;

    TodayPageController(
            EventSources sources, EventLog log, Members members, SavedInsights insights, ContactSight sight) {
        this.sources = sources;
        this.log = log;
        this.members = members;
        this.insights = insights;
        this.sight = sight;
    }

    @GetMapping("/")
    @Requires(Permission.WORKSPACE_READ)
    String page(HttpServletRequest request, HttpServletResponse response, Model model) {
        response.addHeader("Vary", "HX-Request");
        Access access = Caller.require(request);
        boolean maySeeEvents = access.may(Permission.EVENT_READ);
        List<SourceView> all = sources.list();
        model.addAttribute("maySeeEvents", maySeeEvents);
        model.addAttribute(
                "newest",
                maySeeEvents
                        ? sight.events(log.newest(null, null, null, NEWEST), access)
                                .data()
                        : List.of());
        model.addAttribute("tiles", access.may(Permission.INSIGHT_READ) ? insights.tiles() : List.of());
        model.addAttribute(
                "accepted", all.stream().mapToLong(SourceView::accepted).sum());
        model.addAttribute(
                "duplicate", all.stream().mapToLong(SourceView::duplicate).sum());
        model.addAttribute(
                "quarantined", all.stream().mapToLong(SourceView::quarantined).sum());
        model.addAttribute("sourceCount", all.size());
        model.addAttribute("hasSource", !all.isEmpty());
        model.addAttribute("hasEvent", all.stream().anyMatch(source -> source.accepted() > 0));
        model.addAttribute("hasColleague", members.list("").size() > 1);
        return request.getHeader("HX-Request") == null ? "today/index" : "today/index :: live";
    }
}
