package io.opsdeck.core.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandsTest {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream complaints = new ByteArrayOutputStream();

    @Test
    void onlyAFirstArgumentThatIsNoOptionIsACommand() {
        assertThat(Commands.begin(new String[] {})).isFalse();
        assertThat(Commands.begin(new String[] {"--server.port=1", "backup"})).isFalse();
        assertThat(Commands.begin(new String[] {"backup"})).isTrue();
    }

    @Test
    void anUnknownCommandIsAnsweredWithTheKnownOnes() {
        assertThat(run("bakup")).isEqualTo(2);
        assertThat(complaints.toString(StandardCharsets.UTF_8))
                .contains("no command \"bakup\"")
                .contains("backup --to=")
                .contains("restore --from=");
    }

    @Test
    void whatIsWrongIsOneSentence(@TempDir Path folder) {
        assertThat(run("backup", "here")).isEqualTo(1);
        assertThat(run("backup")).isEqualTo(1);
        assertThat(run("backup", "--to=" + folder, "--opsdeck.data-dir=" + folder.resolve("none")))
                .isEqualTo(1);
        assertThat(complaints.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "\"here\" is no option. Options are written --name=value.",
                        "--to=… is missing.",
                        "There is no database in " + folder.resolve("none")
                                + ". Set OPSDECK_DATA_DIR to the data folder of the installation, or DATABASE_URL to"
                                + " its database.");
        assertThat(out.toString(StandardCharsets.UTF_8)).isEmpty();
    }

    @Test
    void optionsHaveNamesAndValues() {
        var line = CommandLine.of(List.of("--to=a=b", "--quick"));
        assertThat(line.required("to")).isEqualTo("a=b");
        assertThat(line.option("quick")).isEmpty();
        assertThatThrownBy(() -> line.required("quick")).isInstanceOf(CommandFailure.class);
    }

    private int run(String... arguments) {
        return Commands.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(complaints, true, StandardCharsets.UTF_8));
    }
}
