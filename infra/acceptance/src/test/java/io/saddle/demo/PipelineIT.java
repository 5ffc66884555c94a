package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.Saddle;
import io.saddle.diffusion.files.Sha256;
import io.saddle.lab.report.FollowedRun;
import io.saddle.lab.report.RunFeed;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.SharedStack;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A pipeline by the command line over the processes of a whole stack: a run, a decision, a fork of the run, and its export by a worker. */
public class PipelineIT {

    private static final TestCluster CLUSTER = SharedStack.cluster();
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final String EXECUTION = "chain-1";

    @TempDir
    Path temporary;

    private static String saddle(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--console=" + CLUSTER.consoleUrl());
        StringWriter said = new StringWriter();
        CommandLine command =
                Saddle.commandLine().setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
        assertEquals(0, command.execute(all.toArray(String[]::new)), said::toString);
        return said.toString();
    }

    private static JsonNode execution() throws Exception {
        return new ObjectMapper().readTree(saddle("pipeline", "show", EXECUTION, "--json"));
    }

    private static String phase(int step) throws Exception {
        return execution().at("/steps/" + step + "/phase").asText();
    }

    private Path definition() throws Exception {
        ObjectNode first = (ObjectNode) YAML.readTree(TinyRun.named("any", 20));
        first.remove("name");
        ObjectNode pipeline = YAML.createObjectNode().put("name", "chain");
        ObjectNode steps = pipeline.putObject("steps");
        steps.putObject("first").set("run", first);
        steps.putObject("look").put("needs", "first").put("approval", "Is ${steps.first.run} good?");
        ObjectNode second = steps.putObject("second").put("needs", "look").putObject("fork");
        second.put("run", "${steps.first.run}")
                .put("at", "newest")
                .put("optimizer", "keep")
                .putObject("set")
                .putObject("training")
                .put("steps", 15);
        ObjectNode publish = steps.putObject("publish").put("needs", "second").putObject("export");
        publish.put("run", "${steps.second.run}").put("out", published().toString());
        return Files.writeString(temporary.resolve("chain.yaml"), YAML.writeValueAsString(pipeline));
    }

    private Path published() {
        return temporary.resolve("published");
    }

    /** What a person has in a terminal of their own; Ctrl-C is an interrupt here. */
    private static Thread worker() {
        Thread worker = new Thread(
                () -> Saddle.commandLine()
                        .setErr(new PrintWriter(new StringWriter()))
                        .setOut(new PrintWriter(new StringWriter()))
                        .execute(
                                "worker",
                                "--home=" + CLUSTER.home().folder(),
                                "--bootstrap=" + CLUSTER.bootstrapServers(),
                                "--registry=" + CLUSTER.registryUrl(),
                                "--name=an-old-friend"),
                "worker");
        worker.start();
        return worker;
    }

    @Test
    void aRunADecisionAForkAndItsExportThroughTheEndOfAConsole() throws Exception {
        FollowedRun first = new FollowedRun();
        FollowedRun second = new FollowedRun();
        Thread worker = worker();
        try (RunFeed feed = new RunFeed(
                CLUSTER.settings().kafka(), Map.of(EXECUTION + ".first", first, EXECUTION + ".second", second))) {
            saddle("pipeline", "submit", definition().toString());
            Awaitility.await()
                    .untilAsserted(() -> saddle("constraint", "set-threshold", EXECUTION + ".first", "digit-7", "0.2"));
            TinyRun.awaitSteps(first, 1);
            CLUSTER.kill("console");
            CLUSTER.restart("console");
            TinyRun.awaitFinished(first);
            Awaitility.await().until(() -> phase(1).equals("APPROVAL"));
            // A pause waits for the runs under way, by what the console says of them: there are none.
            saddle("pipeline", "pause", EXECUTION, "--wait");
            saddle("pipeline", "resume", EXECUTION, "--wait");
            Awaitility.await().until(() -> phase(1).equals("APPROVAL"));
            saddle("pipeline", "approve", EXECUTION, "look");
            saddle("pipeline", "watch", EXECUTION);
            TinyRun.awaitFinished(second);
        } finally {
            worker.interrupt();
            worker.join();
        }
        JsonNode spec = new ObjectMapper().readTree(saddle("run", "show", EXECUTION + ".second", "--json"));
        assertEquals(
                "run:" + EXECUTION + ".first@20",
                spec.at("/spec/initialModel/folder").asText());
        assertEquals(
                first.finalModel().orElseThrow().getArtifact().getSha256(),
                spec.at("/spec/initialModel/sha256").asText());
        assertEquals(15, spec.at("/spec/training/steps").asInt());
        assertEquals("SUCCEEDED", execution().path("phase").asText());
        String said = execution().at("/steps/2/message").asText();
        assertTrue(said.endsWith("changed there since, and not taken over: digit-7"), said);
        Path weights = Path.of("unet", "diffusion_pytorch_model.safetensors");
        assertEquals(
                second.finalModel().orElseThrow().getArtifact().getSha256(),
                Sha256.of(published().resolve(weights)));
    }
}
