package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.pipeline.spec.PipelineParser;
import io.saddle.run.spec.YamlTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudyPipelineTest {

    private static final Path STUDIES = Path.of("../examples/studies");
    private static final Places PLACES =
            new Places(Path.of("/pictures"), Path.of("/judges"), STUDIES, Path.of("/home"));
    private static final ObjectMapper JSON = new ObjectMapper();

    static List<Path> studies() throws IOException {
        try (Stream<Path> files = Files.list(STUDIES)) {
            return files.sorted().toList();
        }
    }

    private static Set<String> variants(Study study) {
        return study.variants().stream().map(Study.Variant::name).collect(Collectors.toSet());
    }

    /** As text that is the same for the same values, without the names and starts, which both have in their own way. */
    private static String comparable(JsonNode specification) {
        ObjectNode copy = specification.deepCopy();
        copy.remove(List.of("name", "initialModel"));
        try {
            return JSON.writeValueAsString(JSON.convertValue(copy, TreeMap.class));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A pipeline's parser that keeps the specification of each run that it would begin. */
    private static List<JsonNode> runsOf(String pipeline) {
        List<JsonNode> runs = new ArrayList<>();
        new PipelineParser((specification, knowsModel) -> {
                    runs.add(specification.deepCopy());
                    return List.of();
                })
                .definition("study", pipeline, Path.of("/"));
        return runs;
    }

    @ParameterizedTest
    @MethodSource("studies")
    void thePipelineHasTheRunsOfTheStudy(Path file) {
        Study study = StudyParser.read(file);
        String pipeline = StudyPipeline.of(study, variants(study), study.seeds(), PLACES);

        Set<String> planned = StudyPlan.of(study, variants(study), study.seeds(), false).stream()
                .map(run -> comparable(PLACES.resolved(run.specification())))
                .collect(Collectors.toCollection(TreeSet::new));
        List<JsonNode> runs = runsOf(pipeline);
        assertEquals(
                planned,
                runs.stream().map(StudyPipelineTest::comparable).collect(Collectors.toCollection(TreeSet::new)));
        assertEquals(study.variants().size() * study.seeds().size(), runs.size());
    }

    @Test
    void whatIsMadeBeforeRunsIsNamed() {
        Study study = StudyParser.read(STUDIES.resolve("photographs.yaml"));
        String comments = StudyPipeline.of(study, variants(study), study.seeds(), PLACES)
                .lines()
                .filter(line -> line.startsWith("# Before it, for "))
                .collect(Collectors.joining("\n"));
        assertTrue(
                comments.contains("for data set " + study.preparations().get(0).dataset() + ":"), comments);
        assertTrue(comments.contains("-classifier.pt:"), comments);
        assertFalse(comments.contains("null"), comments);
    }

    @Test
    void whatAVariantStartsFromIsAStepThatItNeeds() {
        Study study = StudyParser.read(STUDIES.resolve("learn-9.yaml"));
        String pipeline = StudyPipeline.of(study, Set.of("free", "pretrain"), List.of(3L), PLACES);
        JsonNode steps = YamlTree.read(pipeline, new ArrayList<>()).path("steps");
        JsonNode free = steps.path("from-pretrain-seed-3");
        assertEquals("pretrain-seed-3", free.path("needs").asText());
        assertEquals(
                "run:${steps.pretrain-seed-3.run}", free.at("/run/initialModel").asText());
        assertTrue(steps.at("/pretrain-seed-3/run/initialModel").isMissingNode());
        assertEquals(2, runsOf(pipeline).size());
        assertTrue(pipeline.startsWith("# A model of 0 to 8"), pipeline);
    }
}
