package io.saddle.run.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.saddle.schema.ClassShare;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DataSelection;
import io.saddle.schema.DesiredState;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.TrainingRun;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SubmissionsTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05.678Z");

    private final RunSpecParser parser = new RunSpecParser();
    private final Submissions submissions = new Submissions(parser, Clock.fixed(NOW.plusNanos(999), ZoneOffset.UTC));

    @Test
    void aSpecificationBecomesARunAndItsConstraints() {
        RunSpec spec = parser.parse("run.yaml", """
                name: digits
                priority: 7
                data: {classes: {4: {count: 100}}, seed: 3}
                constraints:
                  - {id: four, threshold: 0.1, initialMultiplier: 2, data: {classes: {4: {count: 100}}}}
                  - {id: five, threshold: 0.2, evaluator: minibatch-loss, data: {classes: {5: {fraction: 0.5}}},
                     evaluationData: {classes: {5: {}}}, evaluationSamples: 64}
                """);

        Submission submission = submissions.submission(spec, "ada");

        assertEquals(
                new TrainingRun(
                        "digits",
                        1L,
                        DesiredState.RUNNING,
                        parser.toJson(spec),
                        1,
                        List.of("four", "five"),
                        NOW,
                        NOW,
                        "ada",
                        "ada",
                        7),
                submission.run());
        assertEquals(spec, parser.fromJson(submission.run().getSpec()));
        assertEquals(2, submission.constraints().size());
        ConstraintDefinition four = submission.constraints().get(0);
        assertEquals("digits", four.getRunId());
        assertEquals("four", four.getConstraintId());
        assertEquals(1, four.getVersion());
        assertEquals(ConstraintState.ACTIVE, four.getState());
        assertEquals(MultiplierHandover.KEEP, four.getMultiplierHandover());
        assertEquals(2, four.getInitialMultiplier());
        assertEquals(0.1, four.getThreshold());
        assertNull(four.getEvaluationData());
        assertEquals(NOW, four.getUpdatedAt());
        assertEquals("ada", four.getUpdatedBy());
        ConstraintDefinition five = submission.constraints().get(1);
        assertEquals("minibatch-loss", five.getEvaluator());
        assertEquals(64, five.getEvaluationSamples());
        assertEquals(
                new DataSelection(
                        "bundled:mnist10k",
                        "bundled:mnist10k",
                        List.of(new ClassShare(5, null, 0.5)),
                        false,
                        3L,
                        null,
                        List.of(),
                        false,
                        null),
                five.getData());
        assertEquals(
                List.of(new ClassShare(5, null, null)), five.getEvaluationData().getClasses());
    }

    @Test
    void anUnknownSubmitterIsNull() {
        assertNull(submissions
                .submission(parser.parse("run.yaml", "name: a"), null)
                .run()
                .getUpdatedBy());
    }

    @Test
    void aRecordHasAllOfTheData() {
        RunSpec.Share some = new RunSpec.Share(10, null);
        RunSpec.Share half = new RunSpec.Share(null, 0.5);

        assertEquals(
                new DataSelection("i", "l", List.of(), true, 5L, null, List.of(), false, null),
                DataSelections.toAvro(new RunSpec.Data("i", "l", Map.of(), true, 5)));
        assertEquals(
                new DataSelection(
                        "i",
                        "l",
                        List.of(new ClassShare(3, null, 0.5), new ClassShare(7, 10, null)),
                        false,
                        -5L,
                        null,
                        List.of(),
                        false,
                        null),
                DataSelections.toAvro(new RunSpec.Data("i", "l", new TreeMap<>(Map.of(7, some, 3, half)), false, -5)));
    }

    @Test
    void classesAreSortedInTheRecord() {
        RunSpec.Share all = new RunSpec.Share(null, null);
        DataSelection record =
                DataSelections.toAvro(new RunSpec.Data("i", "l", Map.of(9, all, 1, all, 10, all), false, 0));

        assertEquals(
                List.of(1, 9, 10),
                record.getClasses().stream().map(ClassShare::getLabel).toList());
    }
}
