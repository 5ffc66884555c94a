package io.saddle.primaltrainer.loop;

import io.saddle.kafka.TopicReader;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.multipliers.EstimateLog;
import io.saddle.primaltrainer.multipliers.MultiplierLog;
import io.saddle.primaltrainer.multipliers.MultiplierTraces;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.primaltrainer.slot.SlotResults;
import io.saddle.run.dual.JudgedModels;
import io.saddle.run.spec.RunSpec;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.util.Map;

/** The reader of what other services say of a run that is being trained. */
final class RunReader implements AutoCloseable {

    private final TrainerEnvironment env;
    private final String runId;
    private final boolean slotted;
    private final RunInputs inputs;
    private final SlotResults slots;
    private final TopicReader reader;

    /**
     * @param start what the run is taken up at
     * @param judged told of multipliers and scores
     */
    RunReader(TrainerEnvironment env, String runId, RunSpec spec, Checkpoint start, JudgedModels judged) {
        this.env = env;
        this.runId = runId;
        slotted = spec.training().slotCount() > 1;
        inputs = new RunInputs(
                new MultiplierLog(MultiplierVector.initial(spec)),
                new EstimateLog(),
                new MultiplierTraces(start.dualStep()),
                this::offsets);
        inputs.multipliers().forgetBefore(start.dualStep());
        long slotsFrom = start.inputOffsets().getOrDefault(Topics.SLOT_RESULTS.name(), 0L);
        slots = new SlotResults(start.state().step(), slotsFrom);
        String groupId = "saddle-primal-trainer-multipliers-" + runId;
        reader = new TopicReader(env.kafka(), env.serdes(), groupId, env.deadLetters())
                .onlyKey(runId, RunPartitioner.partition(runId, Topics.MULTIPLIERS.partitions()))
                .on(Topics.MULTIPLIERS, received -> {
                    if (received.value() != null) {
                        inputs.traces().arrived(received);
                        inputs.multipliers().add(received.value());
                        judged.add(received.value());
                        env.offsets().read(runId, received);
                    }
                })
                .onValue(Topics.FID_SCORES, judged::add)
                .onValue(Topics.LOSS_ESTIMATES, inputs.estimates()::add);
        if (slotted) {
            reader.onFrom(Topics.SLOT_RESULTS, slotsFrom, received -> {
                if (received.value() != null) {
                    slots.add(received.value(), received.offset());
                }
            });
        }
    }

    /** Where a checkpoint's successor has to read on, by topic. */
    private Map<String, Long> offsets() {
        Map<String, Long> offsets = env.offsets().of(runId);
        if (slotted) {
            offsets.put(Topics.SLOT_RESULTS.name(), slots.neededFrom());
        }
        return offsets;
    }

    RunInputs inputs() {
        return inputs;
    }

    /** What comes of the run's slots, if it has any. */
    SlotResults slots() {
        return slots;
    }

    void start() {
        reader.start();
    }

    /** True once all has been read that was there at the start. */
    boolean isCaughtUp() {
        return reader.isCaughtUp();
    }

    @Override
    public void close() {
        reader.close();
    }
}
