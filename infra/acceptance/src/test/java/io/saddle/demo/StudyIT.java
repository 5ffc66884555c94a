package io.saddle.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.cli.Saddle;
import io.saddle.stack.Setting;
import io.saddle.stack.testing.TestCluster;
import io.saddle.tool.SharedStack;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A study of two tiny runs, of which one starts from the other's model, cut off after the first. */
public class StudyIT {

    private static final TestCluster CLUSTER = SharedStack.cluster();

    @TempDir
    Path folder;

    private Path study() throws IOException {
        YAMLMapper yaml = new YAMLMapper();
        ObjectNode base = (ObjectNode) yaml.readTree(TinyRun.named("any", 20));
        base.remove(List.of("name", "seed", "checkpoints"));
        base.withObject("/evaluation").put("every", 0);
        ObjectNode study = (ObjectNode) yaml.readTree("""
                name: tiny-study
                question: Does a study go on where it was cut off?
                rare: [4, 7]
                judges: {samples: 64}
                heldOut: {}
                variants:
                  - {name: start, set: {constraints: []}}
                  - {name: held, start: start, against: start}
                seeds: [1]
                """);
        study.set("base", base);
        return Files.writeString(folder.resolve("tiny-study.yaml"), yaml.writeValueAsString(study));
    }

    private String saddle(Path study, String... more) {
        List<String> all = new ArrayList<>(List.of(
                "experiment",
                "study",
                study.toString(),
                "--home=" + CLUSTER.home().folder(),
                "--evidence=" + folder.resolve("docs/evidence"),
                "--out=" + folder.resolve("page")));
        Arrays.stream(Setting.values())
                .filter(setting -> setting.key().endsWith("port"))
                .forEach(setting -> all.add(
                        "--set=" + setting.key() + "=" + CLUSTER.settings().text(setting)));
        all.addAll(List.of(more));
        StringWriter said = new StringWriter();
        CommandLine command =
                Saddle.commandLine().setOut(new PrintWriter(said, true)).setErr(new PrintWriter(said, true));
        assertEquals(0, command.execute(all.toArray(String[]::new)), said::toString);
        return said.toString();
    }

    private Path kept(String variant) {
        return folder.resolve("docs/evidence/tiny-study/" + variant + "-seed1.json");
    }

    @Test
    void aStudyGoesOnWhereItWasCutOffAndEndsWithItsTables() throws Exception {
        Path study = study();
        saddle(study, "--only=start");
        String first = Files.readString(kept("start"));
        assertFalse(Files.exists(kept("held")));

        String said = saddle(study);
        assertTrue(said.contains("1 of 2 runs have their results"), said);
        assertEquals(first, Files.readString(kept("start")), "a run with a result is not trained again");
        JsonNode held = new ObjectMapper().readTree(kept("held").toFile());
        assertTrue(held.at("/measures/0/frechet").asDouble() > 0, held::toString);
        assertTrue(held.at("/rareShare").isNumber(), held::toString);
        assertEquals(2, held.at("/requirements").size(), held::toString);
        held.at("/requirements")
                .forEach(one -> assertTrue(one.path("heldOutLoss").asDouble() > 0, one::toString));

        String document = Files.readString(folder.resolve("docs/evidence.md"));
        assertTrue(document.contains("| start (1 seed) |"), document);
        assertTrue(document.contains("| held − start |"), document);
        assertTrue(Files.readString(folder.resolve("page/report.html")).contains("tiny-study"));

        assertFalse(saddle(study).contains("are to be trained"));
    }
}
