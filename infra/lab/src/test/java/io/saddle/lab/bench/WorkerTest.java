package io.saddle.lab.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.stack.Home;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.LogFile;
import io.saddle.stack.ServiceJvm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerTest {

    @TempDir
    Path folder;

    private Worker echo() {
        LocalSettings settings = LocalSettings.load(new Home(folder), Map.of(), Map.of("primal-trainer.heap", "64m"));
        List<String> command = ServiceJvm.command(settings, "primal-trainer", EchoWorker.class);
        assertTrue(command.contains("-Xmx64m"), command.toString());
        return Worker.start(
                "echo",
                command,
                Map.of(),
                new LogFile(folder.resolve("echo.log")),
                Json.object().put("name", "echo 1"));
    }

    @Test
    void aJavaWorkerAnswersWhatItIsAskedWithItsMemory() {
        try (Worker worker = echo()) {
            assertEquals("echo 1", worker.hello().path("name").asText());
            ObjectNode request = Json.object().set("millis", Json.array(1, 2.5));
            List<Side.Measured> sides = Rounds.run(
                    List.of(
                            new Rounds.Contender("a", worker, request),
                            new Rounds.Contender("b", worker, Json.object().set("millis", Json.array(7)))),
                    2,
                    "millis",
                    turn -> {});
            assertArrayEquals(new double[] {1, 2.5}, sides.get(0).rounds().get(1));
            assertEquals(7, sides.get(1).statistics().median());
            ObjectNode answer = sides.get(0).answers().get(1);
            assertEquals(4, answer.path("turn").asInt());
            assertTrue(
                    answer.path("peakRssKiB").asLong() >= answer.path("rssKiB").asLong());
        }
    }

    @Test
    void aFailureIsToldWithTheEndOfTheLog() {
        try (Worker worker = echo()) {
            ObjectNode wrong = Json.object().put("fail", "no such network");
            BenchException failure = assertThrows(BenchException.class, () -> worker.ask(wrong));
            assertTrue(
                    failure.getMessage().startsWith("echo: no such network\nthe end of its log"), failure.getMessage());
            assertTrue(failure.getMessage().contains("IllegalStateException: no such network"), failure.getMessage());
        }
    }

    @Test
    void whatCannotBeStartedIsNamed() {
        BenchException failure = assertThrows(
                BenchException.class,
                () -> Worker.start(
                        "peer",
                        List.of("/nowhere/python3"),
                        Map.of(),
                        new LogFile(folder.resolve("x.log")),
                        Json.object()));
        assertTrue(failure.getMessage().startsWith("peer: cannot start /nowhere/python3"), failure.getMessage());
    }

    @Test
    void aPythonWorkerSpeaksTheSameProtocol() throws Exception {
        Optional<Path> python = new PythonPeer(Optional.empty()).find("json");
        assumeTrue(python.isPresent(), "no python3: the Python side of the protocol was not tested");
        Path protocol = Path.of("peers").toAbsolutePath().normalize();
        Path script = Files.writeString(folder.resolve("echo.py"), """
                import protocol

                class Echo:
                    def __init__(self, configuration):
                        self.name = configuration["name"]

                    def hello(self):
                        print("this is not an answer")
                        return {"name": self.name}

                    def answer(self, request):
                        return {"millis": [1 / x for x in request["millis"]]}

                protocol.serve(Echo)
                """);
        try (Worker worker = Worker.start(
                "echo",
                List.of(python.get().toString(), "-B", script.toString()),
                Map.of("PYTHONPATH", protocol.toString()),
                new LogFile(folder.resolve("python.log")),
                Json.object().put("name", "echo 2"))) {
            assertEquals("echo 2", worker.hello().path("name").asText());
            ObjectNode answer = worker.ask(Json.object().set("millis", Json.array(4)));
            assertEquals(0.25, answer.path("millis").get(0).asDouble());
            ObjectNode wrong = Json.object().set("millis", Json.array(0));
            BenchException failure = assertThrows(BenchException.class, () -> worker.ask(wrong));
            assertTrue(failure.getMessage().contains("ZeroDivisionError"), failure.getMessage());
        }
    }
}
