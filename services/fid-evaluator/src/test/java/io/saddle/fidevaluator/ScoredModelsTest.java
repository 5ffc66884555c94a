package io.saddle.fidevaluator;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Received;
import io.saddle.schema.Artifact;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.EvaluatorDeployment;
import java.time.Instant;
import java.util.Map;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

class ScoredModelsTest {

    private final ScoredModels scored = scored("");

    private static ScoredModels scored(String deployment) {
        KafkaSettings nowhere = new KafkaSettings("127.0.0.1:1", "http://127.0.0.1:1");
        return new ScoredModels(nowhere, nowhere.serdes(), new EvaluatorDeployment(deployment), "fid-evaluator");
    }

    private static ModelSnapshot snapshot(String sha256, boolean last) {
        return new ModelSnapshot(
                "r",
                20L,
                1L,
                SnapshotWeights.EMA,
                last,
                Map.of(),
                new Artifact("file:///x", sha256, 1L),
                "worker",
                Instant.EPOCH);
    }

    private void score(Header mark) {
        Headers headers = mark == null ? new RecordHeaders() : new RecordHeaders().add(mark);
        scored.put(new Received<>("saddle.fid-scores", 0, 0, 0, "r", null, headers));
    }

    @Test
    void aModelIsScoredOnceByItsBytesAndAsTheFinalOne() {
        score(scored.mark(snapshot("aa", false)));
        assertTrue(scored.has(snapshot("aa", false)));
        assertFalse(scored.has(snapshot("aa", true)), "the final score has more images");
        assertFalse(scored.has(snapshot("bb", false)), "a trainer that went back made another model");
    }

    /** After a loss of offsets those that were asked for first were forgotten by then, and scored again. */
    @Test
    void thousandsOfScoresBehindAModelDoNotHaveItScoredAgain() {
        score(scored.mark(snapshot("aa", false)));
        for (int other = 0; other < 10_000; other++) {
            score(scored.mark(snapshot("other" + other, false)));
        }
        assertTrue(scored.has(snapshot("aa", false)));
    }

    @Test
    void aDeploymentBesideScoresForItself() {
        score(scored("next").mark(snapshot("aa", true)));
        assertFalse(scored.has(snapshot("aa", true)));
    }

    @Test
    void aScoreWithoutAMarkSaysNothing() {
        score(null);
        assertFalse(scored.has(snapshot("aa", true)));
    }
}
