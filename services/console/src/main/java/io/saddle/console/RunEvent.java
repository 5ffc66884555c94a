package io.saddle.console;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.saddle.console.history.CurvePoints;
import io.saddle.serde.RecordJson;
import io.smallrye.mutiny.Multi;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.apache.avro.specific.SpecificRecord;

/**
 * One record of a run, or what one adds to its curves, as it goes to a browser: written once, whoever watches.
 *
 * @param kind one of {@link #KINDS}, or {@code alive}
 * @param json as text: watchers that fall behind keep a thousand, and trees of objects take ten times as much
 */
record RunEvent(String runId, String kind, String json) {

    static final Set<String> KINDS = Set.of(
            "run",
            "metadata",
            "status",
            "constraint",
            "multipliers",
            "fid",
            "summary",
            "estimate",
            "snapshot",
            "alert",
            "points");

    private static final ObjectWriter JSON = new ObjectMapper().writer();

    /**
     * A sign of life in every stream, without which nobody can tell a quiet run from a lost connection.
     *
     * @param isThere whether there is such a run still; with a run that is not a stream ends
     * @param unheard for how long Kafka was not heard, which each one tells: else a quiet run could not be told from a lost broker
     * @return empty ones from when it is not
     */
    static Multi<Optional<RunEvent>> signs(
            String runId, Duration every, BooleanSupplier isThere, Supplier<Duration> unheard) {
        return Multi.createFrom()
                .ticks()
                .startingAfter(every)
                .every(every)
                // Of whoever does not read.
                .onOverflow()
                .drop()
                .map(tick -> isThere.getAsBoolean() ? Optional.of(sign(runId, unheard.get())) : Optional.empty());
    }

    private static RunEvent sign(String runId, Duration unheard) {
        return new RunEvent(runId, "alive", "{\"unheardSeconds\":" + unheard.toSeconds() + "}");
    }

    static RunEvent of(String runId, String kind, SpecificRecord record) {
        return new RunEvent(runId, kind, RecordJson.of(record).toString());
    }

    static RunEvent of(String runId, CurvePoints points) {
        try {
            return new RunEvent(runId, "points", JSON.writeValueAsString(points));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("numbers and names can always be written", e);
        }
    }
}
