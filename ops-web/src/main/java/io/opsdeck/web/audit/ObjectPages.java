package io.opsdeck.web.audit;

import io.opsdeck.analytics.board.InsightId;
import io.opsdeck.analytics.board.SavedInsights;
import io.opsdeck.analytics.dataimport.ImportId;
import io.opsdeck.analytics.dataimport.Imports;
import io.opsdeck.analytics.event.EventSources;
import io.opsdeck.analytics.event.PersonId;
import io.opsdeck.analytics.event.SourceId;
import io.opsdeck.analytics.workbench.SavedQueries;
import io.opsdeck.core.audit.AuditFilter.AuditObject;
import io.opsdeck.core.error.ErrorKind;
import io.opsdeck.core.error.OpsdeckException;
import io.opsdeck.core.job.JobId;
import io.opsdeck.core.job.Jobs;
import io.opsdeck.core.outbound.Outbound;
import io.opsdeck.core.outbound.OutboundId;
import io.opsdeck.core.webhook.EndpointId;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.user.profile.Profiles;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/** The pages of what entries are about, as far as it still exists. */
@Component
class ObjectPages {

    /** Things without a page of their own are in a list or a form. */
    private static final Map<String, String> LISTS = Map.of(
            "member", "/members",
            "invitation", "/members",
            "role", "/roles",
            "token", "/tokens",
            "workspace", "/settings",
            "lane", "/outbound",
            "freeze", "/outbound",
            "profiles", "/people",
            "sql", "/sql");

    private final Map<String, Page> pages;

    ObjectPages(
            SavedInsights insights,
            SavedQueries queries,
            EventSources sources,
            Imports imports,
            Jobs jobs,
            Outbound outbound,
            Webhooks webhooks,
            Profiles profiles) {
        pages = Map.of(
                "insight", new Page("/insights/", id -> insights.require(InsightId.of(id))),
                "query", new Page("/sql/", id -> queries.require(UUID.fromString(id))),
                "source", new Page("/sources/", id -> sources.require(SourceId.of(id))),
                "import", new Page("/imports/", id -> imports.require(ImportId.of(id))),
                "job", new Page("/jobs/", id -> jobs.require(JobId.of(id))),
                "delivery", new Page("/outbound/", id -> outbound.require(OutboundId.of(id))),
                "webhook", new Page("/webhooks/", id -> webhooks.require(EndpointId.of(id))),
                "person", new Page("/people/", id -> profiles.require(PersonId.of(id))));
    }

    /** @param look throws where there is no such thing */
    private record Page(String path, Consumer<String> look) {}

    /** The types of things that have a page, if they exist. */
    Set<String> types() {
        Set<String> types = new TreeSet<>(LISTS.keySet());
        types.addAll(pages.keySet());
        return types;
    }

    Optional<String> find(AuditObject object) {
        Page page = pages.get(object.type());
        if (page == null) {
            return Optional.ofNullable(LISTS.get(object.type()));
        }
        try {
            page.look().accept(object.id());
            return Optional.of(page.path() + object.id());
        } catch (OpsdeckException e) {
            if (e.code().kind() == ErrorKind.NOT_FOUND) {
                return Optional.empty();
            }
            throw e;
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
