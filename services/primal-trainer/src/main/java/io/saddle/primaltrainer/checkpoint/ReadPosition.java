package io.saddle.primaltrainer.checkpoint;

import io.saddle.run.dual.JudgedModels;
import java.util.Map;

/**
 * How far a run's trainer had read what others say of the run: whoever goes on from the checkpoint reads on from there, however much is
 * on record of this run and of others.
 *
 * @param offsets the first record that is still needed of the run's partition, by topic
 * @param topicIds what Kafka knows these topics by, by name: in a topic of another id an offset says nothing
 * @param past what the records before came to; null where all of them have to be read
 */
public record ReadPosition(Map<String, Long> offsets, Map<String, String> topicIds, Past past) {

    /** Of a run that no trainer has said anything of: there is nothing that others could have said. */
    public static final ReadPosition NEW = new ReadPosition(Map.of(), Map.of(), Past.NOTHING);

    /**
     * What was read.
     *
     * @param movedAt primal step of the newest snapshot that moved each constraint, before the multipliers that are still needed
     * @param judged the models that were judged
     * @param estimates each constraint's newest
     */
    public record Past(Map<String, Long> movedAt, JudgedModels.State judged, Map<String, Estimate> estimates) {

        /** Nothing yet. */
        public static final Past NOTHING = new Past(Map.of(), JudgedModels.State.EMPTY, Map.of());
    }

    /**
     * An estimate, as far as it tells who is waited for.
     *
     * @param step of the snapshot
     * @param version of the constraint's definition
     */
    public record Estimate(long step, int version, String evaluator) {}

    /** True if nothing was read because there was nothing. */
    public boolean isNew() {
        return equals(NEW);
    }
}
