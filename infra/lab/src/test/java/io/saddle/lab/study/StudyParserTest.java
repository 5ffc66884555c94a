package io.saddle.lab.study;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.saddle.cli.terminal.CommandException;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.run.spec.ModelFolders;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.SpecSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StudyParserTest {

    private static final Path STUDIES = Path.of("../examples/studies");

    @TempDir
    private Path folder;

    static List<Path> studies() throws IOException {
        try (Stream<Path> files = Files.list(STUDIES)) {
            return files.sorted().toList();
        }
    }

    private Study read(String yaml) throws IOException {
        return StudyParser.read(Files.writeString(folder.resolve("mine.yaml"), yaml));
    }

    private List<String> mistakes(String yaml) {
        CommandException refused = assertThrows(CommandException.class, () -> read(yaml));
        assertEquals(ExitCode.INVALID_INPUT, refused.exitCode());
        return refused.getMessage().lines().toList();
    }

    @Test
    void aStudyIsReadWithItsJudgesInTheSpecification() throws IOException {
        Study study = read("""
                name: mine
                question: Does it?
                base: {training: {steps: 1e3}}
                judges: {classifier: "${judges}/c.pt", samples: 100}
                rare: [4, lemon]
                variants: [{name: free}, {name: held, title: Held, against: free, set: {dual: {resilience: 0.4}}}]
                seeds: [3, 4]
                """);

        assertEquals("mine", study.title());
        assertEquals(1000, study.base().at("/training/steps").asInt());
        assertEquals("${judges}/c.pt", study.base().at("/evaluation/classifier").textValue());
        assertEquals(100, study.base().at("/evaluation/finalImages").asInt());
        assertEquals(List.of("4", "lemon"), study.rare());
        assertEquals(List.of(3L, 4L), study.seeds());
        assertEquals("free", study.variants().get(1).against());
        assertNull(study.heldOut());
    }

    @Test
    void theBaseMayBeAFileBesideTheStudy() throws IOException {
        Files.writeString(folder.resolve("run.yaml"), "{name: of-the-file, seed: 9, training: {steps: 7}}");

        Study study = read("{name: mine, question: q, base: run.yaml, variants: [{name: a}], seeds: [1]}");

        assertEquals(7, study.base().at("/training/steps").asInt());
        assertTrue(study.base().path("name").isMissingNode());
    }

    @Test
    void allMistakesOfTheFormAreSaidAtOnceWithTheirPlaces() {
        List<String> mistakes = mistakes("{name: Mine!, base: {}, variant: [], variants: [{title: x}], seeds: [a]}");

        assertTrue(mistakes.contains("mine.yaml: question: is required"), mistakes.toString());
        assertTrue(mistakes.contains("mine.yaml: variant: unknown key, did you mean variants?"), mistakes.toString());
        assertTrue(mistakes.contains("mine.yaml: variants[0].name: is required"), mistakes.toString());
        assertTrue(mistakes.contains("mine.yaml: seeds[0]: must be a whole number, was 'a'"), mistakes.toString());
        assertTrue(
                mistakes.stream().anyMatch(line -> line.startsWith("mine.yaml: name: must match")),
                mistakes.toString());
    }

    @Test
    void allMistakesOfTheMeaningAreSaidAtOnceWithTheirPlaces() {
        List<String> mistakes = mistakes("""
                name: mine
                question: Does it?
                base: {seed: 4, constraints: [{id: a}]}
                variants:
                  - {name: free, against: fre}
                  - {name: held, start: held}
                  - {name: held, start: tuned}
                  - {name: tuned, start: free, set: {constraints: {b: {}}}}
                seeds: [1, 1]
                """);

        assertEquals(
                List.of(
                        "mine.yaml: variants[0].against: there is no variant 'fre', did you mean free?",
                        "mine.yaml: variants[1].start: is the variant itself",
                        "mine.yaml: variants[1].start: 'held' has a start itself; one after another is not done",
                        "mine.yaml: variants[2].start: 'tuned' has a start itself; one after another is not done",
                        "mine.yaml: seeds: '1' stands here twice",
                        "mine.yaml: variants: 'held' stands here twice",
                        "mine.yaml: base.seed: comes from the study; leave it out",
                        "mine.yaml: variants[3].set.constraints.b: no entry has this id; there are [a]"),
                mistakes);
    }

    @Test
    void whatIsNoYamlIsRefusedWithLineAndColumn() {
        assertTrue(mistakes("name: [").get(0).startsWith("mine.yaml: line "));
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        assertTrue(mistakes("{name: mine, question: q, base: ../none.yaml, variants: [{name: a}], seeds: [1]}")
                .get(0)
                .startsWith("mine.yaml: base: there is no file "));
    }

    /** But those that start from another's model, which is not there yet. */
    @ParameterizedTest
    @MethodSource("studies")
    void everyRunOfTheStudiesThatComeAlongIsAValidSpecification(Path file) {
        Study study = StudyParser.read(file);
        Set<String> all = study.variants().stream().map(Study.Variant::name).collect(Collectors.toSet());
        RunSpecParser parser = new RunSpecParser(new ModelFolders() {
            @Override
            public Imported open(String folder) throws IOException {
                throw new IOException("there is no model");
            }

            @Override
            public RunSpec.Judge judge(String judge) {
                return new RunSpec.Judge("/" + judge, "0".repeat(64));
            }
        });

        assertEquals(file.getFileName().toString(), study.name() + ".yaml");
        for (boolean quick : new boolean[] {false, true}) {
            for (PlannedRun run : StudyPlan.of(study, all, study.seeds(), quick)) {
                if (run.start() == null) {
                    RunSpec spec = parser.parse(
                            run.toString(),
                            run.specification()
                                    .deepCopy()
                                    .put("name", run.runName())
                                    .toString());
                    assertEquals(run.seed(), spec.seed());
                    assertTrue(run.runName().length() <= 63, run.runName());
                }
            }
        }
    }

    @Test
    void everyKeyOfTheFormatIsDescribed() {
        JsonNode format = new SpecSchema(StudyParser.class, "study.schema.json").document();

        for (String place :
                List.of("", "/properties/judges", "/properties/prepare/items", "/properties/variants/items")) {
            format.at(place + "/properties")
                    .properties()
                    .forEach(key -> assertFalse(
                            key.getValue().path("description").asText().isBlank(), place + "/" + key.getKey()));
        }
    }

    @Test
    void theStudiesOfTheIssueAreThere() throws IOException {
        assertEquals(
                List.of(
                        "batch-sizes.yaml",
                        "faces.yaml",
                        "knobs.yaml",
                        "learn-9.yaml",
                        "photographs.yaml",
                        "rare-digits.yaml",
                        "rare-garments.yaml"),
                studies().stream().map(file -> file.getFileName().toString()).toList());
    }

    /** What stands in the files' comments: the shares that weights chosen by hand give. */
    @Test
    void balancedSamplingGivesEveryRareDigitATenth() {
        Study study = StudyParser.read(STUDIES.resolve("rare-digits.yaml"));
        double[] shares = {1.0 / 10, Math.sqrt(117) / (7 * Math.sqrt(6067) + 3 * Math.sqrt(117))};
        List<String> variants = List.of("balanced", "root");
        for (int i = 0; i < shares.length; i++) {
            PlannedRun run = StudyPlan.of(study, Set.of(variants.get(i)), List.of(1L), false)
                    .get(0);
            double lambda =
                    run.specification().at("/constraints/0/initialMultiplier").doubleValue();
            double inTheData = 117 / 42_822.0;

            assertEquals(
                    0, run.specification().at("/constraints/0/dualLearningRate").doubleValue());
            assertEquals(shares[i], (inTheData + lambda) / (1 + 3 * lambda), 2e-4);
        }
    }
}
