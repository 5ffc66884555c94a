package io.saddle.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExitCodeTest {

    @Test
    void aWrongOptionExitsWithTwo() {
        assertEquals(2, CommandRun.of("up", "--no-such-option").exitCode());
        CommandRun unknown = CommandRun.of("up", "--only", "brooker");
        assertEquals(2, unknown.exitCode());
        assertTrue(unknown.err().contains("no process 'brooker'; there are broker, registry"), unknown.err());
    }

    @Test
    void aWrongOptionIsSaidInALineWithWhereTheHelpIs() {
        CommandRun run = CommandRun.of("run", "watch", "r", "--patiense=3");
        assertEquals(
                List.of("error: Unknown option: '--patiense=3'", "see './saddle run watch --help'"),
                run.err().lines().filter(line -> !line.startsWith("Possible")).toList());
        assertTrue(
                CommandRun.of("rum").err().contains("Did you mean: saddle run"),
                CommandRun.of("rum").err());
    }

    /** Threads that were not done held the process, which never ended. */
    @Test
    void aCommandWithoutMemoryHasFailed() {
        assertEquals(4, Saddle.code(() -> 4));
        assertEquals(1, Saddle.code(() -> {
            throw new OutOfMemoryError("Java heap space");
        }));
    }

    @Test
    void helpIsACommandToo() {
        assertEquals(
                CommandRun.of("run", "--help").out(),
                CommandRun.of("help", "run").out());
        assertEquals(CommandRun.of("--help").out(), CommandRun.of("help").out());
    }

    /** picocli's own writer never heard of it. */
    @Test
    void aReaderThatHasLeftIsSeen() {
        PrintStream before = System.out;
        System.setOut(new PrintStream(new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
            }
        }));
        try {
            PrintWriter out = Saddle.commandLine().getOut();
            out.println("a record");
            assertTrue(out.checkError());
        } finally {
            System.setOut(before);
        }
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
    void anAddressThatIsNoneExitsWithFour() {
        for (List<String> command : List.of(
                List.of("run", "list", "--console", "ht tp://console"),
                List.of("run", "list", "--console", "console:8080"),
                List.of("setup", "--registry", "registry"),
                List.of("backup", "target/no-such-backup", "--artifacts", "no uri"))) {
            CommandRun run = CommandRun.of(command.toArray(String[]::new));
            assertEquals(4, run.exitCode(), command + " " + run.err());
            assertTrue(run.err().contains("must be an address such as"), run.err());
        }
    }

    /** As of an export. */
    @Test
    void aFolderThatCannotBeTheTargetExitsWithFour(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("something"), "");
        for (String command : List.of("backup", "restore")) {
            CommandRun run = CommandRun.of(command, folder.toString(), "--bootstrap", "127.0.0.1:1");
            assertEquals(4, run.exitCode(), run.err());
            assertTrue(run.err().contains(folder.toString()), run.err());
        }
    }

    @Test
    void anArtifactStoreThatIsNotThereExitsWithFourBeforeKafkaIsAsked(@TempDir Path folder) {
        String backup = folder.resolve("backup").toString();
        String store = folder.resolve("store").toUri().toString();
        for (List<String> command : List.of(
                List.of("backup", backup, "--bootstrap", "127.0.0.1:1", "--artifacts", store),
                List.of("backup", backup, "--bootstrap", "127.0.0.1:1", "--set", "artifacts.root=" + store))) {
            CommandRun run = CommandRun.of(command.toArray(String[]::new));
            assertEquals(4, run.exitCode(), command + " " + run.err());
            assertTrue(run.err().contains("artifact store " + store + " is no folder"), run.err());
        }
        for (String odd : List.of("file:store", "file://nas/store")) {
            CommandRun run = CommandRun.of("backup", backup, "--artifacts", odd);
            assertEquals(4, run.exitCode(), run.err());
        }
        assertFalse(Files.exists(folder.resolve("backup")));
    }

    @Test
    void anotherKafkasBackupNamesItsArtifactStoreAndItsRegistry(@TempDir Path folder) {
        String[] command = {"backup", folder.resolve("backup").toString(), "--bootstrap", "127.0.0.1:1"};
        CommandRun unnamed = CommandRun.of(command);
        assertEquals(4, unnamed.exitCode(), unnamed.err());
        assertTrue(unnamed.err().contains("--artifacts: name the artifact store"), unnamed.err());

        List<String> named = new ArrayList<>(List.of(command));
        named.addAll(List.of("--artifacts", folder.toUri().toString()));
        CommandRun half = CommandRun.of(named.toArray(String[]::new));
        assertEquals(4, half.exitCode(), half.err());
        assertTrue(half.err().contains("--registry: name the registry"), half.err());

        named.addAll(List.of("--registry", "http://127.0.0.1:1"));
        assertEquals(3, CommandRun.of(named.toArray(String[]::new)).exitCode(), "Kafka is not there");
    }

    @Test
    void theHelpHasTheCodesOfWhatIsCutOff() {
        assertTrue(CommandRun.of("--help").out().contains("130"));
    }

    @Test
    void whatIsNotStartedIsSaidInJsonToo() throws Exception {
        CommandRun run = CommandRun.of("status", "--json", "--home", "target/no-stack");
        assertEquals(3, run.exitCode());
        JsonNode processes = new ObjectMapper().readTree(run.out()).path("processes");
        assertEquals("broker", processes.at("/0/name").asText());
        assertEquals("STOPPED", processes.at("/0/condition").asText());
    }

    @Test
    void kafkaThatIsNotThereExitsWithThree() {
        CommandRun run = CommandRun.of("topics", "list", "--bootstrap", "127.0.0.1:1");
        assertEquals(3, run.exitCode());
        assertTrue(run.err().contains("Kafka does not answer at 127.0.0.1:1: start it with './saddle up'"), run.err());
    }
}
