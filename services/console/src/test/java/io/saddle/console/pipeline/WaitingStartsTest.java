package io.saddle.console.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.schema.DesiredState;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class WaitingStartsTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final String HOURLY = "{\"cron\":\"0 * * * *\"}";
    private static final String AFTER = "{\"after\":\"pretrain\"}";

    private final PipelineTables tables = new PipelineTables();
    private final WaitingStarts waiting = new WaitingStarts(tables);
    private Pipeline newest;

    private static Instant at(long minute) {
        return START.plusSeconds(60 * minute);
    }

    /** @param schedule null: none */
    private void submitted(int revision, String schedule, long minute) {
        String definition = "{\"name\":\"tune\"," + (schedule == null ? "" : "\"schedule\":" + schedule + ",")
                + "\"steps\":{\"look\":{\"approval\":\"" + revision + "?\"}}}";
        newest = new Pipeline("tune", revision, definition, at(minute), "ann");
        tables.put(newest);
    }

    private static PipelineExecution.Builder execution(String id) {
        return PipelineExecution.newBuilder()
                .setExecutionId(id)
                .setRevision(1)
                .setPipeline(id.substring(0, id.lastIndexOf('-')))
                .setPipelineRevision(1)
                .setDefinition("{}")
                .setDesiredState(DesiredState.RUNNING)
                .setRequestedAt(START)
                .setUpdatedAt(START);
    }

    private void succeeded(String id, long minute) {
        PipelineExecution execution = execution(id).build();
        tables.put(execution);
        tables.put(ExecutionStatus.newBuilder()
                .setExecutionId(id)
                .setPipeline(execution.getPipeline())
                .setPipelineRevision(1)
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setRound(1)
                .setPhase(ExecutionPhase.SUCCEEDED)
                .setSteps(List.of())
                .setMessage("")
                .setStartedAt(START)
                .setEndedAt(at(minute))
                .setUpdatedAt(at(minute))
                .build());
    }

    /** What waited for the end of the execution before was thrown away when somebody mended a step meanwhile. */
    @Test
    void aRevisionWithTheSameScheduleThrowsAwayNoTime() {
        submitted(1, HOURLY, 10);
        submitted(2, HOURLY, 65);
        submitted(3, HOURLY, 70);
        assertEquals(Optional.of(at(60)), waiting.time(newest, at(75)));
        tables.put(execution("tune-1").setScheduledFor(at(60)).build());
        assertEquals(Optional.empty(), waiting.time(newest, at(75)), "it was started");
    }

    @Test
    void aRevisionWithTheSameScheduleThrowsAwayNoExecutionToStartAfter() {
        submitted(1, AFTER, 10);
        succeeded("pretrain-1", 5);
        succeeded("pretrain-3", 30);
        succeeded("pretrain-2", 20);
        submitted(2, AFTER, 40);
        assertEquals(Optional.of("pretrain-2"), waiting.after(newest));
        tables.put(execution("tune-1").setStartedAfter("pretrain-2").build());
        assertEquals(Optional.of("pretrain-3"), waiting.after(newest));
        tables.put(execution("tune-2").setStartedAfter("pretrain-3").build());
        assertEquals(Optional.empty(), waiting.after(newest), "the first one was there before the schedule");
    }

    /** Nothing started until the time came that the clock had once shown. */
    @Test
    void whatAClockThatWasAheadHasLeftDoesNotHoldItsScheduleUp() {
        submitted(1, HOURLY, 10);
        tables.put(execution("tune-1").setScheduledFor(at(5_000_000)).build());
        assertEquals(Optional.of(at(60)), waiting.time(newest, at(75)));
        tables.put(execution("tune-2").setScheduledFor(at(60)).build());
        assertEquals(Optional.empty(), waiting.time(newest, at(75)));

        submitted(2, "{\"cron\": \"30 * * * *\"}", 5_000_000);
        tables.put(execution("tune-3").setScheduledFor(at(60)).build());
        assertEquals(Optional.of(at(90)), waiting.time(newest, at(90)));
    }

    @Test
    void anotherScheduleBeginsWithItsRevision() {
        submitted(1, HOURLY, 10);
        submitted(2, "{\"cron\":\"0 * * * *\",\"zone\":\"Europe/Berlin\"}", 65);
        assertEquals(Optional.empty(), waiting.time(newest, at(75)));
        submitted(3, HOURLY, 80);
        submitted(4, null, 90);
        submitted(5, HOURLY, 125);
        assertEquals(Optional.empty(), waiting.time(newest, at(130)), "in between it had none");
        assertEquals(Optional.of(at(180)), waiting.time(newest, at(185)));
    }
}
