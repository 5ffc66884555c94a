package io.saddle.primaltrainer.loop;

import io.saddle.kafka.Backlog;
import io.saddle.kafka.TopicPlaces;
import io.saddle.kafka.TopicReader;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.multipliers.EstimateLog;
import io.saddle.primaltrainer.multipliers.MultiplierLog;
import io.saddle.primaltrainer.multipliers.MultiplierTraces;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.primaltrainer.slot.SlotResults;
import io.saddle.run.dual.JudgedModels;
import io.saddle.run.spec.RunSpec;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The reader of what other services say of a run that is being trained, from where its checkpoint says that the last one had read. */
final class RunReader implements AutoCloseable {

    private static final List<Topic<?>> ALWAYS = List.of(Topics.MULTIPLIERS, Topics.FID_SCORES, Topics.LOSS_ESTIMATES);

    private static final List<Topic<?>> ALL =
            Stream.concat(ALWAYS.stream(), Stream.of(Topics.SLOT_RESULTS)).toList();
    /** No record of a run is older than this before its submission, however its machines' clocks differ. */
    private static final Duration BEFORE_SUBMISSION = Duration.ofDays(2);

    private static final Logger LOG = LoggerFactory.getLogger(RunReader.class);

    private final boolean slotted;
    private final ReadingStart from;
    private final JudgedModels judged;
    private final RunInputs inputs;
    private final SlotResults slots;
    private final TopicReader reader;

    /**
     * @param submitted when the run was
     * @param start what the run is taken up at
     * @param judged told of multipliers and scores
     */
    RunReader(
            TrainerEnvironment env,
            String runId,
            Instant submitted,
            RunSpec spec,
            Checkpoint start,
            JudgedModels judged)
            throws InterruptedException {
        this.judged = judged;
        slotted = spec.training().slotCount() > 1;
        int partition = RunPartitioner.partition(runId, Topics.MULTIPLIERS.partitions());
        from = ReadingStart.of(start.read(), places(env, partition, submitted.minus(BEFORE_SUBMISSION)));
        ReadPosition.Past past = from.past();
        judged.restore(past.judged());
        inputs = new RunInputs(
                new MultiplierLog(MultiplierVector.initial(spec), from.of(Topics.MULTIPLIERS), past.movedAt()),
                new EstimateLog(),
                new MultiplierTraces(start.dualStep()),
                this::position,
                this::obstacle);
        inputs.multipliers().forgetBefore(start.dualStep());
        inputs.estimates().restore(past.estimates());
        slots = new SlotResults(start.state().step(), from.of(Topics.SLOT_RESULTS), this::obstacle);
        String groupId = "saddle-primal-trainer-multipliers-" + runId;
        reader = new TopicReader(env.kafka(), env.serdes(), groupId, env.deadLetters())
                .onlyKey(runId, partition)
                .onFrom(Topics.MULTIPLIERS, from.of(Topics.MULTIPLIERS), received -> {
                    if (received.value() != null) {
                        inputs.traces().arrived(received);
                        inputs.multipliers().add(received.value(), received.offset());
                        judged.add(received.value());
                    }
                })
                .onFrom(Topics.FID_SCORES, from.of(Topics.FID_SCORES), received -> {
                    if (received.value() != null) {
                        judged.add(received.value());
                    }
                })
                .onFrom(Topics.LOSS_ESTIMATES, from.of(Topics.LOSS_ESTIMATES), received -> {
                    if (received.value() != null) {
                        inputs.estimates().add(received.value());
                    }
                });
        if (slotted) {
            reader.onFrom(Topics.SLOT_RESULTS, from.of(Topics.SLOT_RESULTS), received -> {
                if (received.value() != null) {
                    slots.add(received.value(), received.offset());
                }
            });
        }
    }

    /** Empty if the cluster does not say: then everything is read, which is right in any case. */
    private static Optional<TopicPlaces> places(TrainerEnvironment env, int partition, Instant since)
            throws InterruptedException {
        try {
            return Optional.of(TopicPlaces.of(env.kafka(), ALL, partition, since));
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            LOG.warn("the topics are read from their beginning: Kafka does not say which ones they are", e);
            return Optional.empty();
        }
    }

    /** Where a checkpoint's successor has to read on. What is read meanwhile may be in the past already: it does no harm twice. */
    private ReadPosition position() {
        Map<String, Long> offsets = new TreeMap<>();
        ALWAYS.forEach(topic -> offsets.put(topic.name(), reader.handled(topic, from.of(topic))));
        MultiplierLog.Needed needed = inputs.multipliers().needed(offsets.get(Topics.MULTIPLIERS.name()));
        offsets.put(Topics.MULTIPLIERS.name(), needed.offset());
        if (slotted) {
            offsets.put(Topics.SLOT_RESULTS.name(), slots.neededFrom());
        }
        ReadPosition.Past past = new ReadPosition.Past(
                needed.movedAt(), judged.state(), inputs.estimates().newest());
        return from.position(offsets, past);
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

    /** Whether the vector of a dual step is there; the initial one always is. */
    boolean knows(long dualStep) {
        return dualStep == 0 || inputs.multipliers().has(dualStep);
    }

    /** True once all has been read that was there at the start. */
    boolean isCaughtUp() {
        return reader.isCaughtUp();
    }

    /** What keeps it from reading now, at once: who waits a minute before he tells of it must not blame others meanwhile. */
    Optional<String> obstacle() {
        return reader.hindrance();
    }

    /** What is left to read of what was there at the start; empty where nothing is, and before it has looked. */
    Optional<Backlog> backlog() {
        return reader.backlog();
    }

    @Override
    public void close() {
        reader.close();
    }
}
