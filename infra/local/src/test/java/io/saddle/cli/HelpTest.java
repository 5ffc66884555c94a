package io.saddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;

class HelpTest {

    @TestFactory
    Stream<DynamicTest> everyCommandHasHelpWithAnExample() {
        return paths(Saddle.commandLine(), List.of())
                .map(path -> DynamicTest.dynamicTest("saddle " + String.join(" ", path), () -> {
                    List<String> arguments = new ArrayList<>(path);
                    arguments.add("--help");
                    CommandRun help = CommandRun.of(arguments.toArray(String[]::new));
                    assertEquals(0, help.exitCode());
                    assertTrue(help.out().contains("Example"), help.out());
                    assertTrue(help.out().contains("./saddle "), help.out());
                }));
    }

    private static Stream<List<String>> paths(CommandLine command, List<String> path) {
        return Stream.concat(
                Stream.of(path), command.getSubcommands().entrySet().stream().flatMap(entry -> {
                    List<String> longer = new ArrayList<>(path);
                    longer.add(entry.getKey());
                    return paths(entry.getValue(), longer);
                }));
    }

    @Test
    void aWrongOptionExitsWithTwo() {
        assertEquals(2, CommandRun.of("up", "--no-such-option").exitCode());
        CommandRun unknown = CommandRun.of("up", "--only", "brooker");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("no process 'brooker'; there are broker, registry"), unknown.err());
    }

    @Test
    void aWrongSettingExitsWithFour() {
        CommandRun run = CommandRun.of("status", "--set", "broker.port=none");
        assertEquals(4, run.exitCode());
        assertEquals(
                "error: --set broker.port: must be a port (1 to 65535), was 'none'",
                run.err().strip());
    }

    @Test
    void kafkaThatIsNotThereExitsWithThree() {
        CommandRun run = CommandRun.of("topics", "list", "--bootstrap", "127.0.0.1:1");
        assertEquals(3, run.exitCode());
        assertTrue(run.err().contains("Kafka does not answer at 127.0.0.1:1: start it with './saddle up'"), run.err());
    }
}
