package io.saddle.lab;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.cli.Saddle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

class HelpTest {

    @Test
    void theLabsCommandsAreAmongAllTheOthers() {
        Map<String, CommandLine> commands = Saddle.commandLine().getSubcommands();

        assertTrue(commands.keySet().containsAll(List.of("up", "run", "demo", "experiment", "bench", "soak")));
    }

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
                    // A percent sign alone would put picocli's warning before the help.
                    texts(path).forEach(String::format);
                    for (String example : examples(path)) {
                        assertTrue(
                                help.out().lines().anyMatch(example.stripTrailing()::equals), () -> "cut: " + example);
                    }
                }));
    }

    private static List<String> examples(List<String> path) {
        return List.of(spec(path).usageMessage().footer());
    }

    private static Stream<String> texts(List<String> path) {
        CommandSpec command = spec(path);
        return Stream.of(
                        Stream.of(command.usageMessage().description()),
                        Stream.of(command.usageMessage().footer()),
                        command.args().stream().flatMap(argument -> Stream.of(argument.description())))
                .flatMap(texts -> texts);
    }

    private static CommandSpec spec(List<String> path) {
        CommandLine command = Saddle.commandLine();
        for (String name : path) {
            command = command.getSubcommands().get(name);
        }
        return command.getCommandSpec();
    }

    private static Stream<List<String>> paths(CommandLine command, List<String> path) {
        return Stream.concat(
                Stream.of(path),
                command.getSubcommands().entrySet().stream()
                        .filter(entry -> !isHelp(entry.getValue()))
                        .flatMap(entry -> {
                            List<String> longer = new ArrayList<>(path);
                            longer.add(entry.getKey());
                            return paths(entry.getValue(), longer);
                        }));
    }

    /** picocli's own, whose text is picocli's. */
    private static boolean isHelp(CommandLine command) {
        return command.getCommandSpec().helpCommand();
    }
}
