package io.saddle.console.history;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.ArtifactRemoval;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintMultiplier;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.FidScore;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.MultiplierHandover;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunLifecycle;
import io.saddle.schema.RunMetadata;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.stack.testing.RecordBuilders;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PageHistoryTest {

    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final PageHistory history = new PageHistory();

    private static ConstraintDefinition.Builder four(int version) {
        return ConstraintDefinition.newBuilder()
                .setRunId("r")
                .setConstraintId("four")
                .setVersion(version)
                .setState(ConstraintState.ACTIVE)
                .setEvaluator("denoising-loss")
                .setThreshold(0.1)
                .setMultiplierHandover(MultiplierHandover.KEEP)
                .setUpdatedAt(NOW);
    }

    private List<String> texts() {
        return history.timeline().stream().map(TimelineEvent::text).toList();
    }

    @Test
    void whatVersionsOfADefinitionChangeIsToldInWords() {
        history.add(four(1).build());
        history.add(four(2).setThreshold(0.05)
                .setUpdatedBy("ada")
                .setReason("too lax")
                .build());
        history.add(four(3).setThreshold(0.05).setEvaluator("pytorch-loss").build());
        history.add(four(4).setEvaluator("pytorch-loss")
                .setThreshold(0.05)
                .setState(ConstraintState.RETIRED)
                .build());
        assertEquals(
                List.of(
                        "'four' is required, measured by 'denoising-loss'",
                        "threshold of 'four' is 0.05, was 0.1",
                        "'four' is measured by 'pytorch-loss' in place of 'denoising-loss'",
                        "'four' is retired"),
                texts());
        assertEquals("by ada: too lax", history.timeline().get(1).more());
        assertNull(history.timeline().get(0).more());
    }

    @Test
    void aDefinitionThatIsReadAgainTellsNothingNew() {
        history.add(four(2).build());
        history.add(four(1).build());
        history.add(four(2).build());
        assertEquals(1, texts().size());
    }

    private static RunMetadata.Builder metadata(long revision, RunLifecycle lifecycle) {
        return RunMetadata.newBuilder()
                .setRunId("r")
                .setRevision(revision)
                .setLifecycle(lifecycle)
                .setLifecycleSince(NOW)
                .setUpdatedAt(NOW.plusSeconds(revision))
                .setUpdatedBy("ada");
    }

    @Test
    void whatBecomesOfARunIsToldInWords() {
        Map<String, String> before = Map.of("team", "vision", "old", "x");
        Map<String, String> after = Map.of("team", "audio", "new", "");
        ArtifactRemoval trimmed =
                new ArtifactRemoval("checkpoints but the newest", 6L, 1_234_567_890L, "a rule", NOW.plusSeconds(5));
        ArtifactRemoval all = new ArtifactRemoval("all artifacts", 1L, 999L, "ada", NOW.plusSeconds(5));
        history.add(metadata(1, RunLifecycle.ACTIVE).setLabels(before).build());
        history.add(metadata(2, RunLifecycle.ACTIVE).setLabels(after).build());
        history.add(metadata(3, RunLifecycle.ARCHIVED).setLabels(after).build());
        history.add(metadata(4, RunLifecycle.ACTIVE).setLabels(after).build());
        RunMetadata.Builder lean =
                metadata(5, RunLifecycle.ACTIVE).setLabels(after).setRemovals(List.of(trimmed));
        history.add(lean.build());
        history.add(lean.setRevision(6)
                .setLifecycle(RunLifecycle.DELETING)
                .setRemovals(List.of(trimmed, all))
                .build());
        history.add(lean.setRevision(7)
                .setLifecycle(RunLifecycle.DELETED)
                .setUpdatedAt(NOW.plusSeconds(7))
                .build());

        assertEquals(
                List.of(
                        "its labels are old=x, team=vision",
                        "labels: new=, team=audio, old taken away",
                        "archived",
                        "taken back from the archive",
                        "removed: checkpoints but the newest, 1.23 GB in 6 files",
                        "going: all artifacts, 999 bytes in 1 file",
                        "its artifacts are to be deleted",
                        "its artifacts are deleted"),
                texts());
        assertEquals("by a rule", history.timeline().get(4).more());
        assertEquals("by ada", history.timeline().get(7).more());
    }

    /** The topic is compacted: a console that starts reads the last revision alone. */
    @Test
    void ofARunThatWasArchivedLongAgoThatIsStillTold() {
        history.add(metadata(9, RunLifecycle.ARCHIVED)
                .setRemovals(List.of(new ArtifactRemoval("checkpoints", 2L, 2_000L, null, NOW)))
                .build());
        history.add(metadata(9, RunLifecycle.ARCHIVED).build());
        assertEquals(List.of("removed: checkpoints, 2.00 kB in 2 files", "archived"), texts());
    }

    private static TrainingRun.Builder run(long revision) {
        return RecordBuilders.run("r")
                .setRevision(revision)
                .setSubmittedAt(NOW)
                .setSubmittedBy("ann")
                .setUpdatedAt(NOW.plusSeconds(revision))
                .setUpdatedBy("bob");
    }

    @Test
    void whatRevisionsOfARunChangeIsToldInWords() {
        history.add(run(1).build());
        history.add(run(2).setPriority(7).build());
        history.add(run(3).setPriority(7).setSpec("{\"dual\": 1}").build());
        history.add(run(4).setPriority(7)
                .setSpec("{\"dual\": 1}")
                .setDesiredState(DesiredState.STOPPED)
                .build());
        assertEquals(
                List.of("submitted", "priority is 7, was 0", "dual settings changed", "asked to be stopped"), texts());
        assertEquals("by ann", history.timeline().get(0).more());
    }

    /** The topics are compacted: a console that starts reads the last revision and the last version alone. */
    @Test
    void whatWasChangedLongAgoIsToldAsWhatItIs() {
        history.add(run(5).setDesiredState(DesiredState.STOPPED).build());
        history.add(four(3).setUpdatedAt(NOW.plusSeconds(60)).build());
        assertEquals(
                List.of(
                        "submitted",
                        "asked to be stopped",
                        "'four' is in force (version 3: measured by 'denoising-loss', threshold 0.1)"),
                texts());
        assertEquals(NOW, history.timeline().get(0).at());
        assertEquals("by ann", history.timeline().get(0).more());
        assertEquals("by bob", history.timeline().get(1).more());
    }

    private static Alert alert(Instant at) {
        return Alert.newBuilder()
                .setRunId("r")
                .setSeverity(Severity.WARNING)
                .setKind(AlertKind.INFEASIBLE)
                .setService("s")
                .setMessage("at " + at)
                .setRemedy("look")
                .setRaisedAt(at)
                .build();
    }

    /** Alerts have a reader of their own, which is slower. */
    @Test
    void eventsStandInTheOrderOfTheirTimes() {
        history.add(run(9).build());
        history.add(alert(NOW.plusSeconds(5)));
        history.add(alert(NOW.plusSeconds(3)));
        assertEquals(
                List.of(0, 3, 5, 9),
                history.timeline().stream()
                        .map(event -> (int) Duration.between(NOW, event.at()).toSeconds())
                        .toList());
    }

    @Test
    void checkpointsAndAlertsOfWeeksDoNotPushOutWhatPeopleDid() {
        history.add(run(1).build());
        for (long step = 1; step <= 3000; step++) {
            Instant at = NOW.plusSeconds(600 * step);
            history.add(RecordBuilders.status("r", RunPhase.TRAINING)
                    .setStep(step)
                    .setCheckpoint(new KeptCheckpoint(step, new Artifact("file:///c", "0", 1L)))
                    .setUpdatedAt(at)
                    .build());
            history.add(alert(at.plusSeconds(1)));
        }
        List<TimelineEvent> timeline = history.timeline();
        assertEquals("submitted", timeline.get(0).text());
        assertEquals(1 + 50 + 500, timeline.size());
        assertEquals(
                "checkpoint of step 3000", timeline.get(timeline.size() - 2).text());
    }

    @Test
    void ofVeryManyScoresTheCurveKeepsItsShapeItsEndsAndItsExtremes() {
        for (long step = 1; step <= 3000; step++) {
            double fid = step == 777 ? 1 : step == 1501 ? 900 : 100;
            history.add(RecordBuilders.score("r", step, fid).build());
        }
        List<Long> steps = history.scores().stream().map(FidScore::getStep).toList();
        assertTrue(steps.size() <= 500, steps.size() + " scores");
        assertTrue(steps.containsAll(List.of(1L, 777L, 1501L, 3000L)), steps.toString());
        long widest = IntStream.range(1, steps.size())
                .mapToLong(i -> steps.get(i) - steps.get(i - 1))
                .max()
                .orElseThrow();
        assertTrue(widest <= 32, "a hole of " + widest + " steps");
    }

    @Test
    void otherCodeThatMeasuresUnderTheSameNameIsAnEvent() {
        measured("four", 20, "1.0");
        measured("five", 20, "1.0");
        measured("four", 40, "1.1");
        // While pods are exchanged one by one both measure, by turns.
        measured("four", 60, "1.0");
        measured("four", 80, "1.1");
        measured("four", 40, "1.1");
        List<TimelineEvent> timeline = history.timeline();
        assertEquals(
                List.of("builtin measures with other code, build 1.1; before: 1.0"),
                timeline.stream().map(TimelineEvent::text).toList());
        assertEquals("four", timeline.get(0).constraint());
        assertEquals(40, timeline.get(0).step());
    }

    private void measured(String constraint, long step, String build) {
        history.add(RecordBuilders.estimate("r", constraint, step)
                .setEvaluator("builtin")
                .setEvaluatorBuild(build)
                .build());
    }

    @Test
    void ofOneModelEachNetworksScoreIsKept() {
        FidScore small = RecordBuilders.score("r", 20, 60)
                .setFeatureExtractor("small-cnn")
                .build();
        FidScore inception = RecordBuilders.score("r", 20, 9)
                .setFeatureExtractor("inception-v3")
                .setEvaluatedAt(small.getEvaluatedAt().plusSeconds(1))
                .build();
        FidScore again = FidScore.newBuilder(small)
                .setFid(61)
                .setEvaluatedAt(small.getEvaluatedAt().plusSeconds(2))
                .build();
        FidScore earlier = FidScore.newBuilder(inception).setStep(10).setFid(12).build();
        List.of(small, inception, again, earlier).forEach(history::add);
        assertEquals(List.of(earlier, inception, again), history.scores());
    }

    @Test
    void ofVeryManyNetworksNoMoreScoresAreKeptThanOfOne() {
        for (long step = 1; step <= 3000; step++) {
            history.add(RecordBuilders.score("r", step, 100)
                    .setFeatureExtractor("network " + step % 30)
                    .build());
        }
        List<FidScore> kept = history.scores();
        assertTrue(kept.size() <= 500, kept.size() + " scores");
        assertEquals(3000, kept.get(kept.size() - 1).getStep());
    }

    @Test
    void aDualStepBecomesAPointOfEachOfItsCurves() {
        history.curves()
                .add(CurvePoints.of(MultiplierUpdate.newBuilder()
                        .setRunId("r")
                        .setDualStep(1)
                        .setStep(20)
                        .setConstraints(List.of(ConstraintMultiplier.newBuilder()
                                .setConstraintId("four")
                                .setVersion(1)
                                .setBefore(0)
                                .setAfter(0.5)
                                .setLoss(0.3)
                                .setThreshold(0.1)
                                .setRelaxation(0.05)
                                .setMixtureWeight(0.25)
                                .build()))
                        .setObjectiveWeight(0.75)
                        .setUpdatedAt(NOW)
                        .build()));
        Map<String, Downsampled.Buckets> curves = new HashMap<>();
        history.curves().forEach(curves::put);
        assertArrayEquals(new long[] {20}, curves.get("multiplier/four").steps());
        assertEquals(0.5f, curves.get("multiplier/four").mean()[0]);
        assertEquals(0.25f, curves.get("mixture/four").mean()[0]);
        assertEquals(0.75f, curves.get("mixture/objective").mean()[0]);
        assertEquals(0.15f, curves.get("bound/four").mean()[0], 1e-6f);
    }
}
