package io.saddle.cli.worker;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ColleaguesTest {

    private static final StepTask TASK = StepTask.newBuilder()
            .setExecutionId("p-1")
            .setStep("judge")
            .setAttempt(2)
            .setKind("judge")
            .setAction(TaskAction.START)
            .setParameters("{}")
            .setRequestedBy("ann")
            .setIssuedAt(Instant.EPOCH)
            .build();

    private final Set<String> members = new HashSet<>(Set.of("a", "b"));
    private long nanos;
    private boolean deaf;
    private final Colleagues colleagues = new Colleagues("b", task -> members, () -> deaf, () -> nanos);

    private void says(String worker, int attempt, TaskOutcome outcome) {
        colleagues.put(new TaskResult("p-1", "judge", attempt, outcome, "", Map.of(), worker, Instant.EPOCH));
    }

    /** It was begun a second time by whoever got the partition, and the two were in each other's way. */
    @Test
    void aTaskIsLeftToWhoeverIsAtItAndIsHeardOf() {
        assertFalse(colleagues.areAt(TASK));
        says("a", 2, TaskOutcome.UNDER_WAY);
        assertTrue(colleagues.areAt(TASK));
        nanos += Duration.ofMinutes(2).toNanos();
        assertTrue(colleagues.areAt(TASK));
        says("a", 2, TaskOutcome.UNDER_WAY);
        nanos += Duration.ofMinutes(2).toNanos();
        assertTrue(colleagues.areAt(TASK));
        nanos += Duration.ofMinutes(1).toNanos();
        assertFalse(colleagues.areAt(TASK), "it is there and says nothing of the task: it has given it up");
    }

    @Test
    void aTaskOfAWorkerThatIsGoneIsFreeAtOnce() {
        says("a", 2, TaskOutcome.UNDER_WAY);
        members.remove("a");
        assertFalse(colleagues.areAt(TASK));
    }

    @Test
    void itsOwnNewsOtherAttemptsAndEndsKeepNothing() {
        says("b", 2, TaskOutcome.UNDER_WAY);
        assertFalse(colleagues.areAt(TASK), "of itself, by its name, before it was started again");
        says("a", 1, TaskOutcome.UNDER_WAY);
        assertFalse(colleagues.areAt(TASK));
        says("a", 2, TaskOutcome.UNDER_WAY);
        says("a", 2, TaskOutcome.FAILED);
        assertFalse(colleagues.areAt(TASK));
    }

    /** A broker that was away for some minutes made everybody look as if he had given up. */
    @Test
    void whoCannotHearTakesNobodyForSilent() {
        says("a", 2, TaskOutcome.UNDER_WAY);
        deaf = true;
        nanos += Duration.ofMinutes(10).toNanos();
        assertTrue(colleagues.areAt(TASK));
        deaf = false;
        nanos += Duration.ofMinutes(1).toNanos();
        assertTrue(colleagues.areAt(TASK));
        nanos += Duration.ofMinutes(2).toNanos();
        assertFalse(colleagues.areAt(TASK));
    }
}
