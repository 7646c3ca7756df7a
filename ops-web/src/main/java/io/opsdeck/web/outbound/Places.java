package io.opsdeck.web.outbound;

import io.opsdeck.core.chat.Robots;
import io.opsdeck.core.error.CoreError;
import io.opsdeck.core.mail.SystemMail;
import io.opsdeck.core.outbound.Lanes;
import io.opsdeck.core.outbound.Lanes.LaneView;
import io.opsdeck.core.webhook.EndpointSettings;
import io.opsdeck.core.webhook.Webhooks;
import io.opsdeck.core.webhook.Webhooks.EndpointView;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.context.MessageSource;
import org.springframework.stereotype.Component;

/** Where deliveries go, in words. */
@Component
class Places {

    private final Lanes lanes;
    private final Webhooks webhooks;
    private final Robots robots;
    private final MessageSource messages;

    Places(Lanes lanes, Webhooks webhooks, Robots robots, MessageSource messages) {
        this.lanes = lanes;
        this.webhooks = webhooks;
        this.robots = robots;
        this.messages = messages;
    }

    /** The kinds that every installation has and those that were used, each with its lanes behind it. */
    Known known(Locale locale) {
        List<LaneView> all = lanes.list(null);
        Map<String, EndpointView> endpoints = webhooks.list().stream()
                .collect(Collectors.toMap(each -> each.id().toString(), Function.identity()));
        Map<String, String> groups = robots.list().stream()
                .collect(Collectors.toMap(
                        each -> each.id().toString(), each -> each.settings().name()));
        var kinds = new TreeSet<>(List.of(Webhooks.KIND, SystemMail.KIND));
        all.forEach(lane -> kinds.add(lane.kind()));
        List<Place> places = new ArrayList<>();
        for (String kind : kinds) {
            places.add(new Place(kind, null, text("outbound.kind." + kind, kind, locale)));
            all.stream()
                    .filter(lane -> lane.kind().equals(kind))
                    .map(lane -> new Place(kind, lane.lane(), name(lane, endpoints, groups, locale)))
                    .forEach(places::add);
        }
        return new Known(all, places);
    }

    /**
     * What there is to choose from.
     *
     * @param lanes as they fare
     */
    record Known(List<LaneView> lanes, List<Place> places) {

        /** The place with this key; any other is an invalid value of {@code pointer}. */
        Place require(String key, String pointer) {
            return places.stream()
                    .filter(place -> place.key().equals(key))
                    .findFirst()
                    .orElseThrow(() -> CoreError.INVALID_VALUE.at(pointer, key));
        }

        /** Words by key. */
        Map<String, String> texts() {
            return places.stream().collect(Collectors.toMap(Place::key, Place::text));
        }
    }

    private String name(LaneView lane, Map<String, EndpointView> endpoints, Map<String, String> groups, Locale locale) {
        if (lane.kind().equals(SystemMail.KIND)) {
            return text("mail.kind." + lane.lane(), lane.lane(), locale);
        }
        if (lane.kind().equals(Robots.KIND)) {
            return groups.getOrDefault(lane.lane(), text("outbound.robot.removed", lane.lane(), locale));
        }
        if (!lane.kind().equals(Webhooks.KIND)) {
            return lane.lane();
        }
        EndpointView endpoint = endpoints.get(lane.lane());
        return endpoint == null ? text("outbound.lane.removed", lane.lane(), locale) : name(endpoint.settings());
    }

    /** The path of an address may be a secret of the receiver, so whoever may see deliveries sees the host alone. */
    private static String name(EndpointSettings settings) {
        String host = URI.create(settings.url()).getHost();
        return settings.description().isEmpty() ? host : settings.description() + " · " + host;
    }

    private String text(String key, String otherwise, Locale locale) {
        return String.valueOf(messages.getMessage(key, null, otherwise, locale));
    }
}
