package io.saddle.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.diffusion.evaluation.FeatureExtractor;
import io.saddle.diffusion.evaluation.ImageClassifier;
import io.saddle.diffusion.sampling.ImageBatch;
import io.saddle.model.data.DataRoots;
import io.saddle.model.data.ImageSets;
import io.saddle.run.spec.InvalidRunSpecException;
import io.saddle.run.spec.Problem;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Judges from the specification's path to the network, with the small files that the tests of the networks made. */
class JudgesInSpecsTest {

    private static final Path FILES = Path.of("..", "diffusion", "src", "test", "resources", "judges");
    private static final ImageBatch WHITE = new ImageBatch(new float[] {1, 1, 1, 1}, 1, 1, 2, 2);

    @TempDir
    Path folder;

    @TempDir
    Path elsewhere;

    private DataRoots roots;

    @BeforeEach
    void bring() throws IOException {
        for (String name : List.of("means", "lines")) {
            for (String ending : List.of(".pt", ".json")) {
                Files.copy(FILES.resolve(name + ending), folder.resolve(name + ending));
                Files.copy(FILES.resolve(name + ending), elsewhere.resolve(name + ending));
            }
        }
        roots = new DataRoots(List.of(folder.toString()));
    }

    private RunSpec parse(String more) {
        return new RunSpecParser(new DiffusersModels(null, roots)).parse("run.yaml", "{name: r, " + more + "}", folder);
    }

    private List<Problem> check(RunSpec spec) {
        return new SubmissionCheck(ImageSets.withoutStore(), roots, DiffusersModels.anywhere()).check(spec);
    }

    private String refusal(String more) {
        return assertThrows(InvalidRunSpecException.class, () -> parse(more))
                .problems()
                .get(0)
                .toString();
    }

    private JudgeNetworks networks(long bytes) {
        return new JudgeNetworks(new JudgeFiles(roots), 1, bytes);
    }

    private void describe(String name, String what, String instead) throws IOException {
        Path json = folder.resolve(name + ".json");
        Files.writeString(json, Files.readString(json).replace(what, instead));
    }

    private static final String BOTH = """
            evaluation: {classifier: lines.pt, features: [means.pt]}, constraints: [
              {id: four, kind: class-frequency, atLeast: 0.1, data: {classes: {4: {}}}, parameters: {classifier: lines.pt}},
              {id: mean, kind: feature-mean, threshold: 1, data: {}, parameters: {features: means.pt}}]""";

    @Test
    void shouldPinFilesThatAreThere() {
        RunSpec spec = parse(BOTH);
        assertEquals(
                folder.resolve("lines.pt").toString(),
                spec.evaluation().classifier().file());
        assertTrue(spec.evaluation().classifier().sha256().matches("[0-9a-f]{64}"));
        assertEquals(List.of(), check(spec));
    }

    /** What lies beside a program was looked for without regard to the roots, and to whether it may be read. */
    @Test
    void shouldReadNoDescriptionFromOutsideTheRoots() throws IOException {
        Files.move(folder.resolve("means.json"), elsewhere.resolve("described.json"));
        Files.createSymbolicLink(folder.resolve("means.json"), elsewhere.resolve("described.json"));
        String outside = refusal("evaluation: {features: [means.pt]}");
        assertTrue(outside.contains("means.json is outside the folders that may be read here"), outside);
    }

    @Test
    void shouldReadNothingFromOutsideTheRoots() {
        String outside = refusal("evaluation: {features: [" + elsewhere.resolve("means.pt") + "]}");
        assertTrue(outside.contains("outside the folders that may be read here (saddle.data.roots)"), outside);
        RunSpec.Judge named = new RunSpec.Judge(elsewhere.resolve("means.pt").toString(), "0".repeat(64));
        try (JudgeNetworks networks = networks(1 << 20)) {
            assertTrue(assertThrows(IOException.class, () -> networks.features(named))
                    .getMessage()
                    .contains("saddle.data.roots"));
        }
    }

    @Test
    void shouldRefuseFilesThatAreNotTheDescribedOnes() throws IOException {
        Files.write(folder.resolve("means.pt"), new byte[] {1});
        assertTrue(refusal("evaluation: {features: [means.pt]}").contains("means.pt: its sha256 is "));
        Files.delete(folder.resolve("lines.json"));
        assertTrue(refusal("evaluation: {classifier: lines.pt}").contains("lines.json: there is no such file"));
    }

    @Test
    void shouldRefuseAFileThatHasChangedSinceByItsName() throws IOException {
        RunSpec spec = parse(BOTH);
        Files.copy(folder.resolve("lines.pt"), folder.resolve("other.pt"));
        Files.move(folder.resolve("other.pt"), folder.resolve("means.pt"), StandardCopyOption.REPLACE_EXISTING);
        describe(
                "means",
                spec.evaluation().features().get(0).sha256(),
                spec.evaluation().classifier().sha256());
        try (JudgeNetworks networks = networks(1 << 20)) {
            String message = assertThrows(
                            IOException.class,
                            () -> networks.features(spec.evaluation().features().get(0)))
                    .getMessage();
            assertTrue(
                    message.startsWith(folder.resolve("means.pt") + " has changed since the run was submitted"),
                    message);
        }
        assertEquals(
                List.of("constraints[1].parameters.features", "evaluation.features[0]"),
                check(spec).stream().map(Problem::path).toList());
    }

    @Test
    void shouldSayAtSubmissionWhichClassesDoNotMatch() throws IOException {
        describe("lines", "\"9\"]", "\"nine\"]");
        assertEquals(List.of(), check(parse(BOTH)), "digits have no names but numbers");
        describe("lines", ", \"nine\"]", "]");
        List<Problem> problems = check(parse(BOTH));
        assertEquals(
                List.of("constraints[0].parameters.classifier", "evaluation.classifier"),
                problems.stream().map(Problem::path).toList());
        String message = problems.get(0).message();
        assertTrue(
                message.contains("lines tells apart [0, 1, 2, 3, 4, 5, 6, 7, 8], the data's classes are {0=0, "),
                message);
        describe("lines", "0..1", "bright");
        assertTrue(check(parse(BOTH)).get(0).message().contains("input.range"));
    }

    /** It was accepted, and no snapshot could be measured: a LOCKSTEP run stood at its first dual point. */
    @Test
    void theRunsClassifierHasToTellTheClassesOfAConstraintsOwnData() throws IOException {
        describe("lines", ", \"9\"]", "]");
        List<Problem> problems = check(parse("""
                evaluation: {classifier: lines.pt}, constraints: [
                  {id: four, kind: class-frequency, atLeast: 0.1, data: {classes: {4: {}, 5: {}}}}]"""));
        assertTrue(
                problems.stream()
                        .anyMatch(problem -> problem.path().equals("constraints[0].data")
                                && problem.message().contains("lines tells apart [0, 1, 2, 3, 4, 5, 6, 7, 8]")),
                problems.toString());
    }

    /** Reference features of the one were kept for the other, whose samples had gone through another preprocessing. */
    @Test
    void theSameProgramUnderAnotherDescriptionIsAnotherNetwork() throws IOException {
        Path json = elsewhere.resolve("means.json");
        Files.writeString(json, Files.readString(json).replace("0..1", "-1..1"));
        DataRoots both = new DataRoots(List.of(folder.toString(), elsewhere.toString()));
        JudgeFiles files = new JudgeFiles(both);
        try (JudgeNetworks networks = new JudgeNetworks(files, 1, 1 << 20)) {
            FeatureExtractor one =
                    networks.features(files.found(folder.resolve("means.pt").toString()));
            FeatureExtractor other =
                    networks.features(files.found(elsewhere.resolve("means.pt").toString()));
            assertEquals(one.name(), other.name());
            assertNotEquals(one.identity(), other.identity());
        }
    }

    @Test
    void shouldLoadANetworkOnceAndAgainWhenItHadToGo() throws IOException {
        RunSpec.Evaluation evaluation = parse(BOTH).evaluation();
        try (JudgeNetworks networks = networks(1 << 20);
                JudgeNetworks small = networks(1)) {
            FeatureExtractor features = networks.features(evaluation.features().get(0));
            FeatureExtractor first = small.features(evaluation.features().get(0));
            RunSpec.Judge second =
                    new JudgeFiles(roots).found(folder.resolve("lines.pt").toString());
            small.features(second);
            assertArrayEquals(new float[] {1, 1, 1}, first.features(WHITE));
            ImageClassifier classifier = networks.classifier(evaluation.classifier());
            assertEquals(10, classifier.labels().size());
            assertEquals("7", classifier.className(7));
            small.features(second);
            Files.delete(folder.resolve("means.pt"));
            assertArrayEquals(new float[] {1, 1, 1}, features.features(WHITE), "it is in memory");
            assertThrows(UncheckedIOException.class, () -> first.features(WHITE), "it is loaded again");
        }
    }

    /** Two that were too large together were loaded for every batch of a score. */
    @Test
    void shouldKeepWhatIsUsedTogetherInMemoryUntilItIsDone() throws IOException {
        RunSpec.Judge means =
                new JudgeFiles(roots).found(folder.resolve("means.pt").toString());
        RunSpec.Judge lines =
                new JudgeFiles(roots).found(folder.resolve("lines.pt").toString());
        try (JudgeNetworks networks = networks(1)) {
            FeatureExtractor first;
            FeatureExtractor second;
            try (BoundedCache.Hold held = networks.hold()) {
                first = networks.features(means);
                second = networks.features(lines);
                Files.delete(folder.resolve("means.pt"));
                Files.delete(folder.resolve("lines.pt"));
                for (int batch = 0; batch < 3; batch++) {
                    assertArrayEquals(new float[] {1, 1, 1}, first.features(WHITE));
                    assertEquals(10, second.features(WHITE).length);
                }
            }
            assertEquals(10, second.features(WHITE).length, "the last is kept whatever its size");
            assertThrows(UncheckedIOException.class, () -> first.features(WHITE), "no room for both any more");
        }
    }
}
