package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

@QuarkusTest
class RunMetricsTest extends ConsoleTest {

    @Inject
    ArtifactStore artifacts;

    @Inject
    MeterRegistry meters;

    @Inject
    RunMetrics metrics;

    @Inject
    TopicFeed feed;

    private Gauge gauge(String name) {
        return meters.find(name).tag("run", run).gauge();
    }

    /** NaN while there is none: a look at the topics puts new ones in the place of the old. */
    private double value(String name) {
        Gauge found = gauge(name);
        return found == null ? Double.NaN : found.value();
    }

    private void comesTo(double value, String name) {
        await().until(() -> value(name) == value);
    }

    @Test
    void aRunUnderWayHasItsFiguresAndOneThatHasEndedHasNone() throws Exception {
        assertEquals(201, post("", TrainedRun.specification(run, 2000)).statusCode());
        TrainedRun trained = new TrainedRun(publisher, artifacts, run).train(0, 40);
        trained.status(RunPhase.TRAINING, 40, 2000, "trains").durable();

        await().until(() -> gauge("saddle.run.step") != null && gauge("saddle.constraint.slack") != null);
        comesTo(40, "saddle.run.step");
        comesTo(2000, "saddle.run.target.steps");
        comesTo(2, "saddle.run.dual.step");
        // The losses are above their thresholds at step 40.
        await().until(() -> value("saddle.constraint.slack") < 0);
        await().until(() -> gauge("saddle.run.samples.per.second") != null);

        trained.status(RunPhase.COMPLETED, 2000, 2000, "done").durable();
        await().until(() -> gauge("saddle.run.step") == null && gauge("saddle.constraint.slack") == null);
        assertTrue(meters.find("saddle.runs").tag("phase", "COMPLETED").gauge().value() >= 1);
    }

    /** Without any other constraint no dual step comes that would leave it out. */
    @Test
    void aConstraintThatIsRetiredHasNoFiguresAnyMore() throws Exception {
        assertEquals(201, post("", TrainedRun.specification(run, 2000)).statusCode());
        new TrainedRun(publisher, artifacts, run)
                .train(0, 40)
                .status(RunPhase.TRAINING, 40, 2000, "trains")
                .durable();
        await().until(() -> gauge("saddle.run.step") != null && gauge("saddle.constraint.slack") != null);

        for (String id : List.of("digit-4", "digit-5", "digit-7")) {
            String retired = "/" + run + "/constraints/" + id + "/retire";
            assertEquals(200, send("POST", retired, "application/json", "{}").statusCode());
        }

        await().until(() -> gauge("saddle.constraint.slack") == null && gauge("saddle.constraint.multiplier") == null);
        comesTo(40, "saddle.run.step");
    }

    /** Nobody writes of it meanwhile, and nobody need look why. */
    @Test
    void ofARunThatRestsNothingGrowsOld() throws Exception {
        assertEquals(201, post("", TrainedRun.specification(run, 2000)).statusCode());
        TrainedRun trained = new TrainedRun(publisher, artifacts, run).train(0, 40);
        trained.status(RunPhase.TRAINING, 40, 2000, "trains").durable();
        List<String> ageing = List.of(
                "saddle.run.status.age", "saddle.run.dual.step.age", "saddle.run.stale.steps", "saddle.run.waits");
        await().until(() -> ageing.stream().allMatch(name -> gauge(name) != null));
        comesTo(0, "saddle.run.waits");
        trained.status(RunPhase.WAITING_FOR_MULTIPLIERS, 40, 2000, "waits").durable();
        comesTo(1, "saddle.run.waits");

        assertEquals(
                200,
                send("POST", "/" + run + "/pause", "application/json", "{}").statusCode());
        trained.status(RunPhase.PAUSED, 40, 2000, "rests").durable();
        await().until(() -> ageing.stream().allMatch(name -> gauge(name) == null));
        comesTo(40, "saddle.run.step");
        comesTo(0, "saddle.run.at.work");

        assertEquals(
                200,
                send("POST", "/" + run + "/resume", "application/json", "{}").statusCode());
        await().until(() -> ageing.stream().allMatch(name -> gauge(name) != null));
    }

    /** It waited for days, and no rule had a figure to go by. */
    @Test
    void aRunThatNobodyTookAndOneWithoutItsFirstDualStepGrowOld() throws Exception {
        assertEquals(201, post("", TrainedRun.specification(run, 2000)).statusCode());
        await().until(() -> gauge("saddle.run.status.age") != null);
        comesTo(0, "saddle.run.at.work");
        assertNull(gauge("saddle.run.dual.step.age"), "it waits for a trainer, not for a dual step");
        new TrainedRun(publisher, artifacts, run)
                .status(RunPhase.WAITING_FOR_MULTIPLIERS, 20, 2000, "waits")
                .durable();
        await().until(() -> gauge("saddle.run.dual.step.age") != null);
        comesTo(1, "saddle.run.at.work");
        // One gauge is registered after the other.
        await().until(() -> gauge("saddle.run.waits") != null);
        comesTo(1, "saddle.run.waits");
    }

    /** A counter of this process knows nothing of what was raised before it. */
    @Test
    void theNewestAlertOfAKindHasItsTimeWhoeverWasThereToCountIt() throws Exception {
        Instant raised = Instant.parse("2026-01-02T03:04:05Z");
        for (Instant at : List.of(raised, raised.minusSeconds(60))) {
            publisher
                    .send(
                            Topics.ALERTS,
                            run,
                            new Alert(
                                    run,
                                    AlertKind.SLOT_FAILED,
                                    Severity.INFO,
                                    "it failed",
                                    "none",
                                    null,
                                    null,
                                    null,
                                    "a test",
                                    at))
                    .get();
        }
        Tags kind = Tags.of("kind", "SLOT_FAILED", "severity", "INFO");
        await().until(() ->
                meters.get("saddle.alert.newest.timestamp").tags(kind).gauge().value() == raised.getEpochSecond());
        assertEquals(
                "seconds",
                meters.get("saddle.alert.newest.timestamp")
                        .tags(kind)
                        .gauge()
                        .getId()
                        .getBaseUnit());
    }

    /** Runs that have not been read yet would fail when they are. */
    @Test
    void nothingIsToldBeforeTheTopicsAreRead() {
        assertTrue(metrics.order() > feed.order());
    }
}
