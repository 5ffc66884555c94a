package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A full disk made the evaluator draw all images again every two seconds. */
class UntoldScoreTest {

    private final UntoldScore untold = new UntoldScore();
    private int judged;

    private static ModelSnapshot snapshot(long step) {
        return new ModelSnapshot(
                "r",
                step,
                1L,
                SnapshotWeights.EMA,
                false,
                Map.of(),
                new Artifact("file:///x", "00", 1L),
                "worker",
                Instant.EPOCH);
    }

    private static RunSpec spec(int images) {
        return new RunSpecParser().parse("run.yaml", "{name: r, evaluation: {images: " + images + "}}");
    }

    private void ask(long step, int images) throws IOException {
        untold.of(snapshot(step), spec(images), () -> {
            judged++;
            return new UntoldScore.Judged(null, null);
        });
    }

    @Test
    void aSnapshotThatCouldNotBeToldOfIsNotJudgedAgain() throws IOException {
        ask(20, 100);
        ask(20, 100);
        assertEquals(1, judged);
    }

    @Test
    void onceToldOrOfAnotherSnapshotOrByAnotherSpecificationItIs() throws IOException {
        ask(20, 100);
        untold.told();
        ask(20, 100);
        ask(40, 100);
        ask(40, 200);
        assertEquals(4, judged);
    }

    @Test
    void whatCouldNotBeJudgedIsNotKept() throws IOException {
        ask(20, 100);
        assertThrows(
                IOException.class,
                () -> untold.of(snapshot(40), spec(100), () -> {
                    throw new IOException("the store is away");
                }));
        ask(40, 100);
        assertEquals(2, judged);
    }
}
