package io.opsdeck.core.chat;

import io.opsdeck.core.error.CoreError;
import java.util.List;
import java.util.Locale;

/** A chat platform. Paces are below what it bears, since other senders may use the same robot. */
public enum Platform {
    FEISHU(List.of("open.feishu.cn", "open.larksuite.com"), "/open-apis/bot/v2/hook/", true, 60),
    DINGTALK(List.of("oapi.dingtalk.com"), "/robot/send?access_token=", true, 15),
    WECOM(List.of("qyapi.weixin.qq.com"), "/cgi-bin/webhook/send?key=", false, 15),
    SLACK(List.of("hooks.slack.com"), "/services/", false, 50);

    private final List<String> hosts;
    private final String start;
    private final boolean signs;
    private final int perMinute;

    Platform(List<String> hosts, String start, boolean signs, int perMinute) {
        this.hosts = hosts;
        this.start = start;
        this.signs = signs;
        this.perMinute = perMinute;
    }

    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Reads a key; an unknown one is an invalid value. */
    public static Platform of(String key) {
        for (Platform platform : values()) {
            if (platform.key().equals(key)) {
                return platform;
            }
        }
        throw CoreError.INVALID_VALUE.at("/platform", key);
    }

    /** What an address of a robot looks like, with dots for its secret. */
    public String example() {
        return "https://" + hosts.get(0) + start + "…";
    }

    /** Whether a robot may have a secret to sign with beside its address. */
    public boolean signs() {
        return signs;
    }

    boolean isHost(String host) {
        return hosts.contains(host);
    }

    /** @param pathAndQuery of an address on one of its hosts */
    boolean isRobot(String pathAndQuery) {
        return pathAndQuery.startsWith(start) && pathAndQuery.length() > start.length();
    }

    int perMinute() {
        return perMinute;
    }
}
