package io.saddle.cli.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.terminal.ExitCode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KafkaOptionsTest {

    private static final String ELSEWHERE = "--bootstrap=127.0.0.1:1";

    @TempDir
    Path home;

    private CommandRun run(String command, String... options) {
        List<String> words = new ArrayList<>(List.of(command.split(" ")));
        words.addAll(List.of(options));
        words.add("--home=" + home);
        return CommandRun.of(words.toArray(String[]::new));
    }

    /** The ids of the local stack's registry were written to another Kafka, where they are those of other schemas. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "setup",
                "topics tail ALL",
                "verify r",
                "track r --tensorboard=logs",
                "worker",
                "audit list",
                "audit check",
                "dlq show saddle.runs",
                "data announce",
                "data import pictures --name=pets",
                "data remove pets --yes"
            })
    void whoNamesAnotherKafkaNamesItsRegistry(String command) {
        CommandRun run = run(command, ELSEWHERE);
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.err());
        assertTrue(
                run.err()
                        .contains(
                                "--registry: name the registry that belongs to the Kafka of --bootstrap, such as http://registry:8081"),
                run.err());
    }

    /** A command line is seen by others, and the message that the registry does not answer had it, too. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "topics tail ALL --bootstrap=127.0.0.1:1 --registry=http://ann:s3cret@registry:8081",
                "topics tail ALL --bootstrap=127.0.0.1:1 --registry=http://ann:s3cret@registry:8081:x",
                "run list --console=https://ann:s3cret@console"
            })
    void anAddressWithALoginInItIsRefusedAndNotSaidAgain(String command) {
        CommandRun run = run(command);
        assertEquals(ExitCode.INVALID_INPUT, run.exitCode(), run.err());
        assertFalse(run.err().contains("s3cret"), run.err());
    }

    private static void assertAsked(CommandRun run) {
        assertEquals(ExitCode.UNREACHABLE, run.exitCode(), run.err());
        assertTrue(run.err().contains("Kafka does not answer at 127.0.0.1:1"), run.err());
    }

    @Test
    void withItsRegistryAnotherKafkaIsAsked() {
        assertAsked(run("setup", ELSEWHERE, "--registry=http://127.0.0.1:1"));
    }

    @Test
    void whereTheLocalStacksKafkaIsNamedItsRegistryBelongsToIt() {
        assertAsked(run("setup", ELSEWHERE, "--set=broker.port=1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"topics sizes", "dlq list"})
    void whatReadsNoRecordNeedsNoRegistry(String command) {
        assertAsked(run(command, ELSEWHERE));
    }
}
