package io.saddle.primaltrainer.ownership;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a trainer says of itself whenever the group shares the runs anew.
 *
 * @param seats runs that it trains at the same time
 * @param held the runs that it has, by name
 * @param resting the runs that are to be given to nobody for a while, by name
 * @param failed milliseconds since each run failed at this trainer, of late and not since trained here, by name; trainers of before say none
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TrainerStanding(int seats, Map<String, Held> held, Map<String, Resting> resting, Map<String, Long> failed) {

    TrainerStanding {
        held = held == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(held));
        resting = resting == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(resting));
        failed = failed == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(failed));
    }

    /**
     * A run at its trainer.
     *
     * @param round the sharing that gave it the run; of two that say they have a run, it is the later one's
     * @param ending true if it was taken up to end: then it takes no seat
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Held(long round, boolean ending) {}

    /**
     * A run's pause after it failed.
     *
     * @param millis from now
     * @param wanted of the run when it failed, in the words of {@code DesiredState}: something else that is wanted does not wait; null:
     *     everything waits
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Resting(long millis, String wanted) {}
}
