package io.opsdeck.core.setting;

import static org.assertj.core.api.Assertions.assertThat;

import io.opsdeck.core.command.CommandLine;
import io.opsdeck.core.setting.SettingsUnusableException.Complaint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

class SettingsCheckTest {

    private static final Settings SETTINGS = Settings.load(SettingsCheckTest.class.getClassLoader());

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    OPSDECK_BACKUP_KEEP         | 7                               | 0
                    OPSDECK_BACKUP_TIME         | 03:00                           | 3am
                    OPSDECK_BACKUP_PASSPHRASE   | correct horse                   | changeme
                    OPSDECK_BASE_URL            | https://ops.example.com         | ops.example.com
                    OPSDECK_BASE_URL            | http://localhost:8080           | ftp://ops.example.com
                    OPSDECK_DEFAULT_TZ          | Asia/Shanghai                   | Shanghai
                    OPSDECK_OUTBOUND_ALLOW      | 10.0.0.0/8, a.example.com, ::1  | 10.0.0.0/8; b
                    OPSDECK_OUTBOUND_HELD       | true                            | yes
                    OPSDECK_SECRET_KEY          | hDwzXR0Zc1Kk1CwQYGJ0dq1w0S0xo4JYqTQ3i1m5Qf8= | c2hvcnQ=
                    OPSDECK_SECRET_KEY          | hDwzXR0Zc1Kk1CwQYGJ0dq1w0S0xo4JYqTQ3i1m5Qf8= | AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=
                    OPSDECK_SMTP_PORT           | 587                             | 70000
                    OPSDECK_SMTP_SECURITY       | tls                             | ssl
                    DATABASE_PASSWORD           | s3kdj-32                        | password
                    DATABASE_URL                | jdbc:postgresql://db/opsdeck    | postgres://db/opsdeck
                    """)
    void eachSettingSaysWhatItHasToBe(String name, String right, String wrong) {
        assertThat(names(Map.of(name, right))).doesNotContain(name);
        assertThat(names(Map.of(name, wrong))).contains(name);
    }

    @Test
    void everythingIsNamedAtOnceWithWhatToWriteInstead() {
        var values = Map.of(
                "OPSDECK_SMTP_HOST", "mail.example.com",
                "OPSDECK_SMTP_PORT", "many",
                "OPSDECK_WHATEVER_ELSE_THERE_IS", "1");
        var failure = new SettingsUnusableException(complaints(values));
        assertThat(failure.getMessage().lines().map(String::strip))
                .containsExactly(
                        "The settings are wrong:",
                        "",
                        "OPSDECK_WHATEVER_ELSE_THERE_IS  there is no such setting  Remove it. docs/operations.md lists them all.",
                        "OPSDECK_MAIL_FROM               it is missing             Set it too: OPSDECK_SMTP_HOST is useless"
                                + " without it.",
                        "OPSDECK_SMTP_PORT               it is \"many\"              It should be a port, 1 to 65535.");
    }

    @Test
    void aMisspeltNameIsAnsweredWithTheNearestOne() {
        assertThat(complaints(Map.of("OPSDECK_BACKUP_DIRR", "/x")))
                .singleElement()
                .extracting(Complaint::remedy)
                .isEqualTo("Did you mean OPSDECK_BACKUP_DIR? Otherwise remove it.");
        assertThat(complaints(Map.of("OPSDECK_SMPT_HOST_FILE", "/x")))
                .singleElement()
                .extracting(Complaint::name)
                .isEqualTo("OPSDECK_SMPT_HOST_FILE");
    }

    @Test
    void whatKubernetesSaysOfAServiceNamedOpsdeckIsNoMistake() {
        assertThat(complaints(Map.of(
                        "OPSDECK_SERVICE_HOST", "10.0.0.1",
                        "OPSDECK_SERVICE_PORT_HTTP", "8080",
                        "OPSDECK_PORT", "tcp://10.0.0.1:8080",
                        "OPSDECK_WEB_PORT_8080_TCP_ADDR", "10.0.0.1")))
                .isEmpty();
    }

    @Test
    void aSecretIsNotRepeated() {
        assertThat(complaints(Map.of("OPSDECK_SECRET_KEY", "too-short-but-mine"))
                        .toString())
                .doesNotContain("too-short-but-mine");
    }

    @Test
    void aMountedFileIsReadInPlaceOfTheSetting(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("key"), "from the file\n");
        var environment = environment(Map.of(
                "OPSDECK_SMTP_PASSWORD_FILE", file.toString(),
                "OPSDECK_SMTP_USER_FILE", folder.resolve("none").toString(),
                "OPSDECK_MAIL_FROM_FILE", file.toString(),
                "OPSDECK_MAIL_FROM", "given"));
        new MountedSettings().postProcessEnvironment(environment, new SpringApplication());
        assertThat(environment.getProperty("OPSDECK_SMTP_PASSWORD")).isEqualTo("from the file");
        assertThat(environment.getProperty("opsdeck.mail.password")).isEqualTo("from the file");
        assertThat(environment.getProperty("OPSDECK_MAIL_FROM")).isEqualTo("given");
        assertThat(SettingsCheck.complaints(SETTINGS, environment, Map.of()))
                .extracting(Complaint::name)
                .containsExactly("OPSDECK_SMTP_USER", "OPSDECK_SMTP_USER_FILE");
    }

    @Test
    void whatIsPrintedShowsNoSecret() {
        var environment = environment(Map.of(
                "OPSDECK_SECRET_KEY", "hidden-key",
                "opsdeck.secret-key", "hidden-key",
                "opsdeck.database.url", "jdbc:postgresql://db/opsdeck?password=hidden-url&ssl=true",
                "opsdeck.backup.time", "03:00"));
        var out = new ByteArrayOutputStream();
        new PrintConfigCommand()
                .run(CommandLine.of(List.of()), environment, new PrintStream(out, true, StandardCharsets.UTF_8));
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("OPSDECK_SECRET_KEY=********\n")
                .contains("OPSDECK_BACKUP_TIME=03:00    # by default\n")
                .contains("# OPSDECK_SMTP_HOST is not set\n")
                .contains("password=********&ssl=true")
                .doesNotContain("hidden");
    }

    private static List<String> names(Map<String, String> values) {
        return complaints(values).stream().map(Complaint::name).toList();
    }

    private static List<Complaint> complaints(Map<String, String> values) {
        return new ArrayList<>(SettingsCheck.complaints(SETTINGS, environment(values), new HashMap<>(values)));
    }

    private static StandardEnvironment environment(Map<String, String> values) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test", new HashMap<>(values)));
        return environment;
    }
}
