package io.opsdeck.web.testing;

import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.Cookie;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A workspace as it looks after some use, made through the pages and the tracking API: sources, events, quarantine,
 * colleagues, tokens, saved filters, and names that are too long for their places.
 */
public final class Scene {

    private static final String LONG =
            "A name that somebody who names things after what they are made of might give to a thing in a shop 一个非常长的名称";

    private final Browser browser;
    private final List<String> paths = new ArrayList<>();

    private Scene(Browser browser) {
        this.browser = browser;
    }

    /** Fills the workspace of a signed-in owner; {@code empty} leaves it as it was made. */
    public static Scene of(Browser owner, boolean empty) {
        var scene = new Scene(owner);
        scene.paths.addAll(List.of(
                "/",
                "/inbox",
                "/inbox?tab=all",
                "/account/notifications",
                "/people",
                "/insights",
                "/insights/new?kind=trend",
                "/insights/new?kind=funnel",
                "/insights/new?kind=retention",
                "/insights/new?kind=lifecycle",
                "/insights/new?kind=stickiness",
                "/insights/new?kind=paths",
                "/insights/new?kind=attribution",
                "/sql",
                "/events",
                "/stream",
                "/dictionary",
                "/quarantine",
                "/sources",
                "/imports",
                "/outbound",
                "/webhooks",
                "/webhooks/new",
                "/robots",
                "/robots/new",
                "/jobs",
                "/jobs/schedules",
                "/exports/new?list=people",
                "/exports/regular?list=people",
                "/members",
                "/roles",
                "/tokens",
                "/api-reference",
                "/audit",
                "/settings",
                "/account",
                "/account/two-step",
                "/system",
                "/account/sessions",
                "/no-such-page"));
        if (!empty) {
            scene.fill();
        }
        return scene;
    }

    /** Addresses of all pages that a member can open. */
    public List<String> paths() {
        return paths;
    }

    /** The address of an insight that was kept. */
    public String insight() {
        return paths.stream()
                .filter(path -> path.matches("/insights/[0-9a-f-]{36}"))
                .findFirst()
                .orElseThrow();
    }

    /** Lets a real browser go on with the owner's session, in a theme. */
    public void lend(Chromium chromium, String base, String theme) {
        List<Cookie> cookies = new ArrayList<>();
        cookies.add(new Cookie("od-theme", theme).setUrl(base));
        browser.cookie("od-session").ifPresent(value -> cookies.add(new Cookie("od-session", value).setUrl(base)));
        chromium.context().addCookies(cookies);
    }

    /** Waits until nothing moves any more. */
    public static void settle(Page page) {
        page.waitForLoadState();
        page.evaluate("document.fonts.ready");
        page.waitForTimeout(150);
    }

    private void fill() {
        browser.get("/sources");
        Matcher made = Pattern.compile("id=\"write-key\"[^>]*>([^<]+)<[\\s\\S]*?/sources/([0-9a-f-]+)/rename")
                .matcher(browser.post("/sources", Map.of("name", "官网商城", "kind", "WEB"))
                        .body());
        if (!made.find()) {
            throw new IllegalStateException("no source was made");
        }
        browser.post("/sources", Map.of("name", LONG, "kind", "SERVER"));
        paths.add("/sources/" + made.group(2));
        send(made.group(1));
        paths.add("/dictionary/event?name=Order+Completed");
        paths.add("/events?event=" + URLEncoder.encode("提交订单", StandardCharsets.UTF_8));
        Pattern link = Pattern.compile("/people/[0-9a-f-]{36}");
        Matcher person =
                link.matcher(browser.get("/people?q=lin.yue@example.com").body());
        for (int i = 0; i < 100 && !person.find(); i++) {
            pause();
            person = link.matcher(browser.get("/people?q=lin.yue@example.com").body());
        }
        paths.add(person.group());
        keepInsights();
        browser.get("/imports");
        paths.add(upload("订单明细.csv"));
        paths.addAll(
                rehearse(upload("Order lines of the campaign that nobody has a shorter name for, second try.csv")));
        tellOthers();
        exportRegularly();
        browser.get("/members");
        browser.post("/members/invitations", Map.of("mail", "zhao.min@example.com", "role", "operator"));
        browser.post("/tokens", Map.of("name", "数据仓库同步", "scopes", "event:read", "days", "90"));
        browser.post("/tokens", Map.of("name", LONG.substring(0, 70), "scopes", "event:read", "days", "0"));
        browser.post("/roles", Map.of("seen", "viewer -job:read", "cell", "viewer job:read"));
        browser.post(
                "/views",
                Map.of(
                        "page",
                        "people",
                        "name",
                        "高价值会员",
                        "query",
                        "f=plan:in:pro,team&f=age:between:18,30",
                        "shared",
                        "true"));
        paths.add("/people?f=plan:eq:pro&f=name:is_set");
        for (String name : List.of("付费订单", "Orders of the last campaign, without those of colleagues")) {
            browser.post(
                    "/views",
                    Map.of("page", "events", "name", name, "query", "event=Order+Completed", "shared", "true"));
        }
    }

    /** A conversion path on Today with a link to it, and notes on the time axis. */
    private void keepInsights() {
        browser.get("/insights");
        String funnel = browser.post(
                        "/insights",
                        Map.of(
                                "name",
                                "从浏览到下单的转化",
                                "description",
                                "每周一复盘时看",
                                "query",
                                "{\"kind\":\"funnel\",\"range\":{\"last\":\"30d\"},\"interval\":\"day\",\"steps\":["
                                        + "{\"event\":\"Product Viewed\"},{\"event\":\"Order Completed\"}]}"))
                .location()
                .replaceAll("[?].*", "");
        browser.postForm(funnel + "/path", "target=45&note=" + URLEncoder.encode(LONG, StandardCharsets.UTF_8));
        browser.post(funnel + "/pin", Map.of());
        Matcher link = Pattern.compile("/shared/opd_share_\\w+")
                .matcher(browser.get(browser.post(funnel + "/share", Map.of()).location())
                        .body());
        if (!link.find()) {
            throw new IllegalStateException("no link was made");
        }
        paths.add(funnel);
        paths.add(link.group());
        String trend = browser.post(
                        "/insights",
                        Map.of(
                                "name",
                                LONG,
                                "query",
                                "{\"kind\":\"trend\",\"range\":{\"last\":\"30d\"},\"interval\":\"day\",\"compare\":\"previous\",\"series\":["
                                        + "{\"event\":\"Order Completed\",\"measure\":\"sum\",\"property\":\"revenue\"}],"
                                        + "\"breakdown\":{\"property\":\"currency\"}}"))
                .location()
                .replaceAll("[?].*", "");
        browser.post(trend + "/pin", Map.of());
        browser.post(
                "/annotations",
                Map.of("day", java.time.LocalDate.now().minusDays(3).toString(), "text", "大促预热上线"));
        paths.add(trend);
        paths.add("/insights/people?kind=trend&range.last=30d&series.0.event=Order+Completed&point.series=0");
    }

    /** A file of people each morning, and one that is paused. */
    private void exportRegularly() {
        browser.get("/");
        for (String name : List.of("付费会员日报", LONG)) {
            browser.postForm(
                    "/exports/regular",
                    "list=people&query=who%3Didentified&format=xlsx&frequency=weekly&day=1&at=09:00&zone=Asia/Shanghai&name="
                            + URLEncoder.encode(name, StandardCharsets.UTF_8));
        }
        Matcher schedule = Pattern.compile("/jobs/schedules/[0-9a-f-]{36}/pause")
                .matcher(browser.get("/jobs/schedules").body());
        if (!schedule.find()) {
            throw new IllegalStateException("nothing was scheduled");
        }
        browser.post(schedule.group(), Map.of());
    }

    /** Webhooks to places where nobody listens, and a stop of the mail. */
    private void tellOthers() {
        browser.get("/webhooks");
        for (String name : List.of("客服系统", LONG)) {
            String page = browser.postForm(
                            "/webhooks",
                            "url="
                                    + URLEncoder.encode(
                                            "http://127.0.0.1:9/hooks/" + "customer-care/".repeat(7),
                                            StandardCharsets.UTF_8)
                                    + "&types=profile.created&types=profile.merged&types=import.finished&data=personal&contact="
                                    + "&description=" + URLEncoder.encode(name, StandardCharsets.UTF_8))
                    .body();
            Matcher made = Pattern.compile("/webhooks/([0-9a-f-]{36})/edit").matcher(page);
            if (!made.find()) {
                throw new IllegalStateException("no webhook was made");
            }
            String endpoint = "/webhooks/" + made.group(1);
            String delivery = browser.post(endpoint + "/ping", Map.of()).location();
            for (int i = 0; i < 100 && !browser.get(delivery).body().contains("customer-care"); i++) {
                pause();
            }
            paths.addAll(List.of(endpoint, endpoint + "/edit", delivery));
        }
        browser.post("/outbound/freezes", Map.of("scope", "mail", "reason", LONG));
    }

    private String upload(String name) {
        return browser.upload("/imports", name, "会员号,订单号,金额\nm1,S1,9.5\nm2,S2,x\n", "", "HX-Request", "true")
                .header("HX-Redirect")
                .orElseThrow();
    }

    /** The report of a dry run and its job. */
    private List<String> rehearse(String path) {
        browser.postForm(
                path + "/rehearsal",
                "kind=events&event=Order+Completed&groupBy=&items=products&zone=UTC&timeFormat="
                        + "&place=userId&name=&type=auto&sum=&place=properties&name=order_id&type=text&sum="
                        + "&place=properties&name=revenue&type=number&sum=");
        for (int i = 0; i < 100 && !browser.get(path).body().contains("errors.csv"); i++) {
            pause();
        }
        Matcher job = Pattern.compile("/jobs/[0-9a-f-]{36}")
                .matcher(browser.get("/jobs").body());
        if (!job.find()) {
            throw new IllegalStateException("no dry run was started");
        }
        return List.of(path, job.group());
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(String key) {
        var batch = new StringBuilder("{\"writeKey\":\"").append(key).append("\",\"batch\":[");
        String[] names = {"Order Completed", "提交订单", "Product Viewed", LONG};
        for (int i = 0; i < 80; i++) {
            batch.append("{\"type\":\"track\",\"userId\":\"")
                    .append(i % 7 == 0 ? "a-user-id-" + "0123456789".repeat(6) : "u" + i % 13)
                    .append("\",\"event\":\"")
                    .append(names[i % names.length])
                    .append("\",\"properties\":{\"revenue\":")
                    .append(i * 199 / 10)
                    .append(".90")
                    .append(",\"currency\":\"CNY\",\"products\":[{\"sku\":\"SKU-")
                    .append(i)
                    .append("\",\"name\":\"山野有机牛奶 250ml\"}]}},");
        }
        batch.append("{\"type\":\"identify\",\"userId\":\"u1\",\"anonymousId\":\"d-7f3a\",\"traits\":{\"name\":\"林悦\",")
                .append("\"email\":\"lin.yue@example.com\",\"phone\":\"13812345678\",\"plan\":\"pro\"}},")
                .append("{\"type\":\"track\",\"userId\":\"u1\",\"event\":\"Odd\",\"timestamp\":\"yesterday\"},")
                .append("{\"type\":\"track\",\"event\":\"Nobody\"},{\"type\":\"track\",\"userId\":\"u1\"}]}");
        Answer answer = browser.send("POST", "/v1/batch", batch.toString(), "Content-Type", "application/json");
        if (!answer.body().contains("\"accepted\":81")) {
            throw new IllegalStateException(answer.body());
        }
    }
}
