package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyPlanTest {

    @TempDir
    private Path folder;

    private Study study(String yaml) throws IOException {
        return StudyParser.read(Files.writeString(folder.resolve("made.yaml"), yaml));
    }

    private static List<PlannedRun> plan(Study study, String... variants) {
        return StudyPlan.of(study, Set.of(variants), List.of(1L), false);
    }

    @Test
    void everyVariantIsThereForASeedBeforeTheNextSeedBegins() {
        assertEquals(
                List.of("free, seed 1", "held, seed 1", "free, seed 2", "held, seed 2", "free, seed 3", "held, seed 3"),
                MadeResults.plan(MadeResults.study(folder)).stream()
                        .map(PlannedRun::toString)
                        .toList());
    }

    @Test
    void theHashFollowsFromWhatIsTrainedAndNotFromTheOrderOfKeysOrWords() throws IOException {
        String hash = plan(study(MadeResults.YAML), "held").get(0).hash();

        assertEquals(
                hash,
                plan(
                                study(MadeResults.YAML
                                        .replace("{id: four, threshold: 0.1,", "{threshold: 0.1, id: four,")
                                        .replace("Does it hold?", "Does it?")),
                                "held")
                        .get(0)
                        .hash());
        assertNotEquals(
                hash,
                plan(study(MadeResults.YAML.replace("threshold: 0.1", "threshold: 0.2")), "held")
                        .get(0)
                        .hash());
        assertNotEquals(
                hash,
                plan(study(MadeResults.YAML + "heldOut: {where: {split: val}}"), "held")
                        .get(0)
                        .hash());
    }

    @Test
    void quickRunsAreOtherRuns() {
        Study study = MadeResults.study(folder);

        PlannedRun quick =
                StudyPlan.of(study, Set.of("held"), List.of(1L), true).get(0);

        assertEquals(2, quick.specification().at("/training/steps").asInt());
        assertNotEquals(plan(study, "held").get(0).hash(), quick.hash());
    }

    @Test
    void whatAVariantStartsFromComesAlongAndIsInItsHash() throws IOException {
        String yaml = """
                name: made
                question: Does it?
                base: {training: {steps: 10}}
                variants: [{name: tuned, start: before}, {name: before, set: {training: {steps: 20}}}]
                seeds: [1]
                """;
        List<PlannedRun> runs = plan(study(yaml), "tuned");

        assertEquals(
                List.of("before, seed 1", "tuned, seed 1"),
                runs.stream().map(PlannedRun::toString).toList());
        assertEquals(runs.get(0), runs.get(1).start());
        assertNotEquals(
                runs.get(1).hash(),
                plan(study(yaml.replace("steps: 20", "steps: 21")), "tuned")
                        .get(1)
                        .hash());
    }
}
