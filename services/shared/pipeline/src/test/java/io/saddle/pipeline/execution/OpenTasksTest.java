package io.saddle.pipeline.execution;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.schema.StepTask;
import io.saddle.schema.TaskAction;
import io.saddle.schema.TaskOutcome;
import io.saddle.schema.TaskResult;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OpenTasksTest {

    private final OpenTasks tasks = new OpenTasks(Set.of("encode"));

    private static StepTask task(String kind, int attempt, TaskAction action) {
        return new StepTask("p-1", "a", attempt, kind, action, "{}", null, Instant.EPOCH);
    }

    private static TaskResult said(int attempt, TaskOutcome outcome) {
        return new TaskResult("p-1", "a", attempt, outcome, "", Map.of(), "w", Instant.EPOCH);
    }

    private final StepTask first = task("encode", 1, TaskAction.START);

    @Test
    void aTaskIsWantedFromItsOrderToItsEndWhateverIsSaidOfItMeanwhile() {
        assertFalse(tasks.isWanted(first), "nobody has ordered it");
        tasks.put(first);
        tasks.put(first);
        tasks.put(said(1, TaskOutcome.UNDER_WAY));
        tasks.put(said(1, TaskOutcome.UNKNOWN));
        assertTrue(tasks.isWanted(first));
        tasks.put(task("encode", 1, TaskAction.PAUSE));
        assertTrue(tasks.isWanted(first));
        assertEquals(1, tasks.all().size());
        tasks.put(said(1, TaskOutcome.FAILED));
        assertFalse(tasks.isWanted(first));
        tasks.put(first);
        assertFalse(tasks.isWanted(first), "an order that comes twice is done once");
    }

    @Test
    void aStopAndAnEndThatIsReadBeforeItsOrderLeaveNothingToDo() {
        tasks.put(first);
        tasks.put(task("encode", 1, TaskAction.STOP));
        assertFalse(tasks.isWanted(first));
        StepTask second = task("encode", 2, TaskAction.START);
        tasks.put(said(2, TaskOutcome.DONE));
        tasks.put(second);
        assertFalse(tasks.isWanted(second));
        StepTask third = task("encode", 3, TaskAction.START);
        tasks.put(third);
        assertTrue(tasks.isWanted(third), "of an attempt the others say nothing");
    }

    /** Who is at it goes on with it, also after a start: what it has made meanwhile is its own. */
    @Test
    void whoHasTakenATaskIsKnownUntilItsEnd() {
        tasks.put(first);
        tasks.put(task("encode", 2, TaskAction.START));
        tasks.put(said(3, TaskOutcome.UNDER_WAY));
        tasks.put(task("encode", 3, TaskAction.START));
        OpenTasks.Open known = tasks.all().get(0);
        assertFalse(tasks.isTaken(known));
        tasks.put(said(1, TaskOutcome.UNDER_WAY));
        assertEquals(
                List.of(true, false, true),
                tasks.all().stream().map(tasks::isTaken).toList(),
                "the topics are read side by side");
        tasks.put(said(1, TaskOutcome.FAILED));
        tasks.put(said(1, TaskOutcome.UNDER_WAY));
        assertFalse(tasks.isTaken(known));
    }

    @Test
    void kindsOfOthersAreLeftToThem() {
        tasks.put(task("my-upload", 1, TaskAction.START));
        assertEquals(List.of(), tasks.all());
    }
}
