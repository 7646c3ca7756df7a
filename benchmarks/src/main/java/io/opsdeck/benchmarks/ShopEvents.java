package io.opsdeck.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Events as a shop has them over 90 days of 2025: twenty names of which a few make up most, sessions of a minute's pace,
 * some very active users, joined early or late. In the order of time; nobody has two events in one millisecond. 20 bytes
 * an event.
 */
final class ShopEvents {

    static final String[] NAMES = {
        "page_view",
        "product_view",
        "add_to_cart",
        "checkout",
        "purchase",
        "search",
        "login",
        "signup",
        "email_open",
        "email_click",
        "share",
        "comment",
        "like",
        "upload",
        "download",
        "invite",
        "settings",
        "error",
        "logout",
        "cancel"
    };
    static final String[] COUNTRIES = new String[20];
    static final String[] CHANNELS = {"direct", "search", "social", "mail", "partner", "ads"};
    static final String[] DEVICES = {"phone", "desktop", "tablet"};
    static final String[] PLANS = {"free", "basic", "pro", "team"};

    /** Wednesday, 1 January 2025, UTC. */
    static final long START = 1_735_689_600_000L;

    static final long SPAN = 90L * 86_400_000;
    private static final int MOST_IN_SESSION = 60;
    private static final int INDEX_BITS = 27;

    static {
        Arrays.setAll(COUNTRIES, i -> "C" + (char) ('A' + i));
    }

    final int size;
    final int users;
    final long[] at;
    final int[] user;
    final byte[] name;
    final byte[] channel;
    final byte[] device;
    final float[] amount;
    final byte[] country;
    final byte[] plan;

    ShopEvents(int size, int users, long seed) {
        this.size = size;
        this.users = users;
        var random = new SplittableRandom(seed);
        country = new byte[users];
        plan = new byte[users];
        long[] joined = new long[users];
        double[] countries = zipf(COUNTRIES.length, 0.9);
        double[] plans = zipf(PLANS.length, 1.2);
        for (int i = 0; i < users; i++) {
            joined[i] = (long) (SPAN * 0.95 * Math.pow(random.nextDouble(), 1.3));
            country[i] = (byte) pick(countries, random);
            plan[i] = (byte) pick(plans, random);
        }
        long[] times = new long[size];
        int[] people = new int[size];
        byte[] names = new byte[size];
        byte[] channels = new byte[size];
        byte[] devices = new byte[size];
        float[] amounts = new float[size];
        double[] byName = zipf(NAMES.length, 1);
        double[] byChannel = zipf(CHANNELS.length, 0.8);
        double[] byDevice = zipf(DEVICES.length, 0.7);
        int made = 0;
        while (made < size) {
            int who = (int) (users * Math.pow(random.nextDouble(), 1.8));
            long time = joined[who] + (long) ((SPAN - joined[who]) * Math.pow(random.nextDouble(), 1.4));
            time = time / 86_400_000 * 86_400_000
                    + (long) ((random.nextDouble() + random.nextDouble()) / 2 * 86_400_000);
            byte by = (byte) pick(byChannel, random);
            byte on = (byte) pick(byDevice, random);
            for (int i = 0; i < MOST_IN_SESSION && made < size && time < SPAN; i++) {
                times[made] = time;
                people[made] = who;
                names[made] = (byte) pick(byName, random);
                channels[made] = by;
                devices[made] = on;
                amounts[made] = names[made] == 4 ? (float) (-60 * Math.log(1 - random.nextDouble())) : 0;
                made++;
                if (random.nextDouble() > 0.82) {
                    break;
                }
                time += 1_000 + (long) (-60_000 * Math.log(1 - random.nextDouble()));
            }
        }
        long[] order = new long[size];
        Arrays.setAll(order, i -> times[i] << INDEX_BITS | i);
        Arrays.parallelSort(order);
        at = new long[size];
        user = new int[size];
        name = new byte[size];
        channel = new byte[size];
        device = new byte[size];
        amount = new float[size];
        long[] last = new long[users];
        for (int i = 0; i < size; i++) {
            int from = (int) (order[i] & ((1 << INDEX_BITS) - 1));
            user[i] = people[from];
            long time = START + times[from];
            at[i] = Math.max(time, last[user[i]] + 1);
            last[user[i]] = at[i];
            name[i] = names[from];
            channel[i] = channels[from];
            device[i] = devices[from];
            amount[i] = amounts[from];
        }
    }

    /** Cumulated shares. */
    private static double[] zipf(int values, double exponent) {
        double[] shares = new double[values];
        double sum = 0;
        for (int i = 0; i < values; i++) {
            sum += 1 / Math.pow(i + 1, exponent);
            shares[i] = sum;
        }
        for (int i = 0; i < values; i++) {
            shares[i] /= sum;
        }
        return shares;
    }

    private static int pick(double[] shares, SplittableRandom random) {
        int found = Arrays.binarySearch(shares, random.nextDouble());
        return Math.min(shares.length - 1, found < 0 ? -found - 1 : found);
    }

    /** The properties as the tracking interface takes them. */
    String props(int i) {
        return "{\"country\":\"" + COUNTRIES[country[user[i]]] + "\",\"channel\":\"" + CHANNELS[channel[i]]
                + "\",\"device\":\"" + DEVICES[device[i]] + "\",\"plan\":\"" + PLANS[plan[user[i]]]
                + (name[i] == 4 ? "\",\"amount\":" + Math.round(amount[i] * 100) / 100.0 + "}" : "\"}");
    }
}
