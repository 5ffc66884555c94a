package io.saddle.lab.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {

    @TempDir
    Path folder;

    private static Side.Measured side(String name, double[]... rounds) {
        List<ObjectNode> answers = Arrays.stream(rounds)
                .map(round -> Json.object().<ObjectNode>set("millis", Json.array(round)))
                .toList();
        return new Side.Measured(name, Json.object().put("name", name + " 1.0"), "millis", answers);
    }

    private static Comparison comparison() {
        return Comparison.of(
                        "a step",
                        "ms/step",
                        List.of(
                                side("saddle", new double[] {70, 90}, new double[] {80}),
                                side("peer", new double[] {100}, new double[] {100, 100}),
                                new Side.Missing("other peer", "peer not installed: apt-get install other")))
                .withRatio("saddle", "peer", Goal.atMost(0.75))
                .withRatio("saddle", "other peer", Goal.atMost(0.75))
                .withNote("as measured");
    }

    @Test
    void theTableShowsMediansRatiosAndWhatIsMissing() {
        List<String> lines = ReportTable.of(new BenchReport("train", List.of(comparison())))
                .lines()
                .toList();
        assertEquals("a step (ms/step)", lines.get(1));
        assertTrue(lines.get(3).matches(" {2}saddle +80\\.00 +75\\.00 +85\\.00 +89\\.80 +3"), lines.get(3));
        assertTrue(lines.get(4).matches(" {2}peer +100\\.0 +100\\.0 +100\\.0 +100\\.0 +3"), lines.get(4));
        assertTrue(lines.get(5).matches(" {2}other peer +peer not installed: apt-get install other"), lines.get(5));
        assertEquals("  saddle / peer: 0.800 (round by round 0.800), goal <= 0.75: missed", lines.get(6));
        assertEquals("  as measured", lines.get(7));
        assertEquals(8, lines.size());
    }

    @Test
    void theResultFileHasEveryFigureAndTheMachine() throws Exception {
        Path file = folder.resolve("new/result.json");
        ResultFile.write(
                file,
                ResultFile.of(
                        "saddle 1",
                        "saddle bench train",
                        folder,
                        List.of(new BenchReport("train", List.of(comparison())))));
        JsonNode json = Json.parse(Files.readString(file));
        assertEquals("saddle bench train", json.path("commandLine").asText());
        for (String key : List.of("cpu", "cores", "memory", "os", "java", "date")) {
            assertFalse(json.path("machine").path(key).asText().isEmpty(), key);
        }
        assertFalse(json.path("machine").has("commit"), "a folder outside git has no commit");
        JsonNode first = json.at("/benches/0/comparisons/0");
        assertEquals(90, first.at("/sides/0/rounds/0/millis/1").asDouble());
        assertEquals("peer 1.0", first.at("/sides/1/worker/name").asText());
        assertTrue(first.at("/sides/2/missing").asText().startsWith("peer not installed"));
        assertEquals(0.8, first.at("/ratios/0/medians").asDouble(), 1e-12);
        assertFalse(first.at("/ratios/0/met").asBoolean(true));
        assertEquals(1, first.path("ratios").size());
    }

    @Test
    void aGoalCanAskForMore() {
        assertTrue(Goal.atLeast(5).isMet(6));
        assertEquals("goal >= 5.00: missed", Goal.atLeast(5).verdict(4.9));
        assertEquals("goal <= 0.80: met", Goal.atMost(0.8).verdict(0.8));
    }

    @Test
    void numbersKeepFourDigits() {
        assertEquals("1235", ReportTable.number(1234.6));
        assertEquals("123.5", ReportTable.number(123.46));
        assertEquals("12.35", ReportTable.number(12.346));
        assertEquals("0.012", ReportTable.number(0.0123));
        assertEquals("0.000012", ReportTable.number(0.0000123));
        assertEquals("0.000", ReportTable.number(0));
    }

    @Test
    void aPythonWithoutThePeersModulesIsNamedWithTheRemedy() {
        PythonPeer nowhere = new PythonPeer(Optional.of(Path.of("/nowhere/python3")));
        assertTrue(nowhere.find("torch").isEmpty());
        assertEquals(
                "peer not installed: /nowhere/python3 cannot import torch, PIL; on Debian: apt-get install python3-torch"
                        + " python3-pil",
                nowhere.missing("PyTorch", "torch", "PIL").reason());
    }
}
