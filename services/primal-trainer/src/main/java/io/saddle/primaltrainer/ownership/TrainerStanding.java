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
 * @param resting milliseconds for which a run is to be given to nobody, by name
 */
@JsonIgnoreProperties(ignoreUnknown = true)
record TrainerStanding(int seats, Map<String, Held> held, Map<String, Long> resting) {

    TrainerStanding {
        held = held == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(held));
        resting = resting == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(resting));
    }

    /**
     * A run at its trainer.
     *
     * @param round the sharing that gave it the run; of two that say they have a run, it is the later one's
     * @param ending true if it was taken up to end: then it takes no seat
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Held(long round, boolean ending) {}
}
