package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Any text as what people send to the console: a run, a constraint, a change of the dual settings. It is understood, or refused
 * with an {@link InvalidRunSpecException}.
 */
@Timeout(10)
class RunSpecFuzzTest {

    private static final RunSpecParser PARSER = new RunSpecParser();
    private static final RunSpec RUN = PARSER.parse("run.yaml", "name: fuzzed");
    private static final ObjectMapper JSON = new ObjectMapper();

    private static Stream<byte[]> bytes(String... texts) {
        return Stream.of(texts).map(text -> text.getBytes(StandardCharsets.UTF_8));
    }

    private static String text(byte[] utf8) {
        return new String(utf8, StandardCharsets.UTF_8);
    }

    static Stream<byte[]> specifications() {
        return bytes(
                "",
                "name: smallest",
                """
                name: digits
                description: two constraints
                seed: 1
                data: {images: "bundled:mnist10k", classes: {4: {count: 100}, 5: {fraction: 0.25}}}
                model: {unet: {block_out_channels: [8, 16], norm_num_groups: 4}}
                training: {steps: 10, batchSize: 4}
                dual: {mode: lockstep, learningRate: 0.5, resilience: 0.3}
                constraints:
                  - {id: digit-4, data: {classes: {4: }}, threshold: {relative: 0.1}}
                  - id: digit-5
                    evaluator: minibatch-loss
                    data: {classes: {5: }}
                    threshold: 2e-2
                evaluation: {every: 5, finalImages: 16}
                """,
                "name: &a x\ndescription: *a",
                "name: !%2",
                "seed: " + "9".repeat(1000),
                "{name: r, data: {images: a.gz, labels: b.gz}, constraints: [{id: x, threshold: 1, data: {dataset: digits}}]}",
                "{name: r, data: {images: ''}, constraints: [{id: x, threshold: 1, data: {dataset: digits}}]}",
                PARSER.toJson(RUN));
    }

    @MethodSource("specifications")
    @FuzzTest
    void aSpecificationIsUnderstoodOrRefused(byte[] utf8) {
        try {
            RunSpec spec = PARSER.parse("fuzz.yaml", text(utf8), Path.of("/data"));
            assertEquals(spec, PARSER.fromJson(PARSER.toJson(spec)));
        } catch (InvalidRunSpecException refused) {
            // As documented.
        }
        try {
            PARSER.parse("fuzz.yaml", text(utf8));
        } catch (InvalidRunSpecException refused) {
            // As documented.
        }
        try {
            RunSpec spec = PARSER.fromJson(text(utf8));
            assertEquals(spec, PARSER.fromJson(PARSER.toJson(spec)));
        } catch (InvalidRunSpecException refused) {
            // As documented.
        }
    }

    static Stream<byte[]> constraints() {
        return bytes(
                "",
                "[]",
                "!%2",
                "id: digit-4\ndata: {classes: {4: }}\nthreshold: 0.1",
                "id: tiger\nevaluator: minibatch-loss\nweight: 2\ndata: {images: tigers.idx}\nevaluationData: {seed: 3}");
    }

    @MethodSource("constraints")
    @FuzzTest
    void aConstraintIsUnderstoodOrRefused(byte[] utf8) {
        try {
            PARSER.parseConstraint(RUN, "fuzz.yaml", text(utf8), Path.of("/data"));
        } catch (InvalidRunSpecException refused) {
            // As documented.
        }
    }

    static Stream<byte[]> changes() {
        return bytes(
                "{}",
                "[1]",
                "{\"learningRate\": 0.1, \"warmupSteps\": 3}",
                "{\"nupi\": {\"kp\": 1}, \"optimizer\": \"adam\"}",
                "{\"resilience\": null, \"multiplierLimit\": 1e400}");
    }

    @MethodSource("changes")
    @FuzzTest
    void aChangeOfTheDualSettingsIsUnderstoodOrRefused(byte[] utf8) {
        JsonNode changes;
        try {
            changes = JSON.readTree(text(utf8));
        } catch (JsonProcessingException noJson) {
            return;
        }
        try {
            RunSpec changed = PARSER.withDual(RUN, "dual", changes);
            assertEquals(changed, PARSER.fromJson(PARSER.toJson(changed)));
        } catch (InvalidRunSpecException refused) {
            // As documented.
        }
    }
}
