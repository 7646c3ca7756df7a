package io.opsdeck.analytics.fold;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** For each conversion all its touches, asked one by one, and the model applied as it is written. */
class AttributionReference {

    final AttributionPlan plan;

    AttributionReference(AttributionPlan plan) {
        this.plan = plan;
    }

    boolean inLookback(long touch, long conversion) {
        return conversion - touch <= plan.lookback();
    }

    boolean isBefore(int touch, int conversion, List<Event> events) {
        return touch < conversion;
    }

    boolean shares(Event key, Event conversion) {
        return key.key() == conversion.key() && key.key() != 0;
    }

    int firstKey(int touch) {
        return touch + 1;
    }

    final List<Integer> conversions(List<Event> events) {
        List<Integer> all = IntStream.range(0, events.size())
                .filter(i -> events.get(i).is(plan.conversionMask()))
                .filter(i -> events.get(i).at() >= plan.from() && events.get(i).at() < plan.to())
                .boxed()
                .toList();
        return plan.firstOnly() && !all.isEmpty() ? all.subList(0, 1) : all;
    }

    final List<Event> touches(List<Event> events, int conversion) {
        return IntStream.range(0, events.size())
                .filter(i -> events.get(i).is(plan.touchMask()) && isBefore(i, conversion, events))
                .filter(i ->
                        inLookback(events.get(i).at(), events.get(conversion).at()))
                .filter(i -> plan.keyMask() == 0 || hasKey(events, i, conversion))
                .mapToObj(events::get)
                .toList();
    }

    private boolean hasKey(List<Event> events, int touch, int conversion) {
        return IntStream.range(firstKey(touch), conversion)
                .filter(i -> events.get(i).is(plan.keyMask()))
                .anyMatch(i -> !plan.sharedKey() || shares(events.get(i), events.get(conversion)));
    }

    final double[] shares(List<Event> touches, long at) {
        int n = touches.size();
        double[] shares = new double[n];
        switch (plan.model()) {
            case FIRST -> shares[0] = 1;
            case LAST -> shares[n - 1] = 1;
            case LAST_NON_DIRECT -> {
                int[] others = IntStream.range(0, n)
                        .filter(i -> !plan.direct().contains(touches.get(i).value()))
                        .toArray();
                shares[others.length == 0 ? n - 1 : others[others.length - 1]] = 1;
            }
            case LINEAR -> java.util.Arrays.fill(shares, 1.0 / n);
            case POSITION -> {
                java.util.Arrays.fill(shares, 0.2 / (n - 2));
                shares[0] = n == 1 ? 1 : n == 2 ? 0.5 : 0.4;
                shares[n - 1] = shares[0];
            }
            case TIME_DECAY -> {
                double sum = 0;
                for (int i = 0; i < n; i++) {
                    shares[i] = Math.pow(0.5, (at - touches.get(i).at()) / (double) plan.halfLife());
                    sum += shares[i];
                }
                for (int i = 0; i < n; i++) {
                    shares[i] /= sum;
                }
            }
        }
        return shares;
    }

    final void sum(List<Event> events, Map<String, Double> sums) {
        for (int conversion : conversions(events)) {
            Event event = events.get(conversion);
            double worth = plan.revenue() && !Double.isNaN(event.amount()) ? event.amount() : 0;
            List<Event> touches = touches(events, conversion);
            sums.merge("conversions", 1.0, Double::sum);
            if (touches.isEmpty()) {
                sums.merge("unattributed", 1.0, Double::sum);
                sums.merge("unattributed amount", worth, Double::sum);
                continue;
            }
            double[] shares = shares(touches, event.at());
            for (int i = 0; i < shares.length; i++) {
                sums.merge(touches.get(i).value() + " share", shares[i], Double::sum);
                sums.merge(touches.get(i).value() + " amount", shares[i] * worth, Double::sum);
            }
        }
    }
}
