package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PinnedJudgesTest {

    private static final String SHA256 = "0123456789abcdef".repeat(4);

    /** Knows every file but those that are called gone. */
    private final RunSpecParser parser = new RunSpecParser(new ModelFolders() {
        @Override
        public Imported open(String folder) throws IOException {
            throw new IOException("no model");
        }

        @Override
        public RunSpec.Judge judge(String file) throws IOException {
            if (file.contains("gone")) {
                throw new IOException(file + ": there is no such file");
            }
            return new RunSpec.Judge(file.startsWith("/") ? file : "/j/" + file, SHA256);
        }
    });

    private static RunSpec.Judge judge(String file) {
        return new RunSpec.Judge(file, SHA256);
    }

    private List<String> mistakes(String yaml) {
        return assertThrows(InvalidRunSpecException.class, () -> parser.parse("run.yaml", yaml)).problems().stream()
                .map(Problem::toString)
                .toList();
    }

    private static final String WHOLE = """
            name: r
            evaluation: {classifier: c.pt, features: [../a.pt, {file: /b.pt}], infinity: true}
            constraints:
              - {id: share, kind: class-frequency, atLeast: 0.1, data: {classes: {4: {}}}, parameters: {classifier: p.pt}}
              - {id: mean, kind: feature-mean, threshold: 1, data: {}, parameters: {features: q.pt, classifier: not-a-file}}
            """;

    @Test
    void shouldWriteTheSha256ThatFilesHaveAtSubmissionIntoTheRun() {
        RunSpec spec = parser.parse("run.yaml", WHOLE, Path.of("/home/ada/runs"));
        assertEquals(judge("/home/ada/runs/c.pt"), spec.evaluation().classifier());
        assertEquals(
                List.of(judge("/home/ada/a.pt"), judge("/b.pt")),
                spec.evaluation().features());
        assertTrue(spec.evaluation().infinity());
        RunSpec.Constraint share = spec.constraints().get(0);
        assertEquals(judge("/home/ada/runs/p.pt"), PinnedJudges.of(share));
        assertEquals(
                Map.of("features", "/home/ada/runs/q.pt", "features.sha256", SHA256, "classifier", "not-a-file"),
                spec.constraints().get(1).parameters());
        assertNull(PinnedJudges.of(ConstraintKinds.FEATURE_MEAN, Map.of()));
        assertNull(PinnedJudges.of(ConstraintKinds.DENOISING_LOSS, share.parameters()));
    }

    /** Saddle's own network: there is no file of it, in no folder. */
    @Test
    void shouldTakeTheSmallNetworkInPlaceOfAFile() {
        RunSpec spec = parser.parse("run.yaml", """
                name: r
                evaluation: {classifier: small-cnn, features: [a.pt, small-cnn, {file: small-cnn}]}
                constraints:
                  - {id: mean, kind: feature-mean, threshold: 1, data: {}, parameters: {features: small-cnn}}
                """, Path.of("/home/ada/runs"));
        RunSpec.Judge own = new RunSpec.Judge("small-cnn", null);
        assertEquals(own, spec.evaluation().classifier());
        assertEquals(
                List.of(judge("/home/ada/runs/a.pt"), own, own),
                spec.evaluation().features());
        assertEquals(own, PinnedJudges.of(spec.constraints().get(0)));
        assertTrue(own.isOwn());
        assertFalse(judge("/home/ada/runs/a.pt").isOwn());
        String json = parser.toJson(spec);
        assertEquals(spec, new RunSpecParser().fromJson(json));
        assertTrue(json.contains("{\"file\":\"small-cnn\"}"), json);
        assertEquals(
                List.of(
                        "evaluation.features[0]: small-cnn is saddle's own network and has no file, so no sha256 either"),
                mistakes("{name: r, evaluation: {features: [{file: small-cnn, sha256: " + SHA256 + "}]}}"));
    }

    @Test
    void shouldNeedNoFileInTheCanonicalForm() {
        RunSpec spec = parser.parse("run.yaml", WHOLE);
        String json = parser.toJson(spec);
        assertEquals(spec, new RunSpecParser().fromJson(json));
        List<String> unpinned = assertThrows(
                        InvalidRunSpecException.class,
                        () -> new RunSpecParser()
                                .fromJson(json.replace(",\"sha256\":\"" + SHA256 + "\"", "")
                                        .replace(",\"classifier.sha256\":\"" + SHA256 + "\"", "")
                                        .replace("\"classifier.sha256\":\"" + SHA256 + "\",", "")))
                .problems()
                .stream()
                .map(Problem::path)
                .toList();
        assertEquals(
                List.of(
                        "evaluation.classifier.sha256",
                        "evaluation.features[0].sha256",
                        "evaluation.features[1].sha256",
                        "constraints[0].parameters.classifier.sha256"),
                unpinned);
    }

    @Test
    void shouldNameEveryFileThatIsWrong() {
        assertEquals(
                List.of(
                        "constraints[0].parameters.classifier: gone-too.pt: there is no such file",
                        "evaluation.classifier: gone.pt: there is no such file",
                        "evaluation.features[1]: /j/b.pt has the sha256 " + SHA256 + ", not " + "a".repeat(64)
                                + " as stated"),
                mistakes("""
                name: r
                evaluation: {classifier: gone.pt, features: [a.pt, {file: b.pt, sha256: %s}]}
                constraints:
                  - {id: s, kind: class-frequency, atLeast: 0.1, data: {classes: {4: {}}}, parameters: {classifier: gone-too.pt}}
                """.formatted("a".repeat(64))));
        assertTrue(
                mistakes("{name: r, evaluation: {classifier: 4}}").get(0).startsWith("evaluation.classifier: must be"));
        assertTrue(mistakes("{name: r, evaluation: {features: [[a]]}}").get(0).startsWith("evaluation.features[0]"));
    }

    @Test
    void shouldLeaveTheParametersOfOtherEvaluatorsAlone() {
        RunSpec spec = parser.parse(
                "run.yaml",
                "{name: r, constraints: [{id: c, kind: class-frequency, evaluator: my-counter, atLeast: 0.1,"
                        + " data: {classes: {5: {}}}, parameters: {classifier: gone}}]}");
        assertEquals(Map.of("classifier", "gone"), spec.constraints().get(0).parameters());
        assertNull(PinnedJudges.of(spec.constraints().get(0)));
    }

    @Test
    void shouldPinTheJudgeOfAConstraintThatIsAddedLater() {
        RunSpec spec = parser.parse("run.yaml", WHOLE);
        RunSpec.Constraint added = parser.parseConstraint(
                spec,
                "c",
                "{id: c, kind: class-frequency, atLeast: 0.1, data: {classes: {5: {}}}, parameters: {classifier: n.pt}}",
                Path.of("/other"));
        assertEquals(judge("/other/n.pt"), PinnedJudges.of(added));
    }
}
