package io.saddle.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.Saddle;
import io.saddle.docs.DocumentedCommands.Command;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;

/** A command that documents name is one that there is, with the options that there are. */
class DocumentedCommandsTest {

    /** What the launcher does by itself. */
    private static final Set<String> LAUNCHER = Set.of("test");

    static Stream<Command> commands() throws IOException {
        return DocumentedCommands.in(Distribution.locate().root()).stream()
                .filter(command -> command.words().isEmpty()
                        || !LAUNCHER.contains(command.words().get(0)));
    }

    @ParameterizedTest
    @MethodSource("commands")
    void isThere(Command command) {
        CommandLine at = Saddle.commandLine();
        int words = 0;
        while (words < command.words().size()
                && at.getSubcommands().containsKey(command.words().get(words))) {
            at = at.getSubcommands().get(command.words().get(words++));
        }
        String first = words < command.words().size() ? command.words().get(words) : "";
        boolean ofAnyCommand = first.equals("COMMAND") || first.startsWith("…");
        assertTrue(words > 0 || ofAnyCommand || first.startsWith("-"), () -> "no such command: " + command);
        for (String word : command.words().subList(words, command.words().size())) {
            String option = word.replaceFirst("=.*", "");
            if (option.startsWith("--") && !ofAnyCommand) {
                assertTrue(hasOption(at.getCommandSpec(), option), "no option " + option + ": " + command);
            }
        }
        if (command.whole()) {
            assertIsWhole(command);
        }
    }

    private static boolean hasOption(CommandSpec spec, String name) {
        return spec.options().stream()
                .flatMap(option -> Arrays.stream(option.names())
                        .flatMap(one -> option.negatable()
                                ? Stream.of(
                                        one, spec.negatableOptionTransformer().makeNegative(one, spec))
                                : Stream.of(one)))
                .anyMatch(name::equals);
    }

    private static void assertIsWhole(Command command) {
        try {
            Saddle.commandLine().parseArgs(command.words().toArray(String[]::new));
        } catch (ParameterException e) {
            throw new AssertionError(command + ": " + e.getMessage(), e);
        }
    }

    @Test
    void wordsAreThoseOfAShell() {
        assertEquals(
                List.of("run", "fork", "my-run", "constraints=[]", "a b", "--x=y z"),
                DocumentedCommands.words("run fork my-run 'constraints=[]' \"a b\" --x='y z'   # a remark"));
        assertEquals(List.of("audit", "check"), DocumentedCommands.words("audit check > heads.txt"));
    }
}
