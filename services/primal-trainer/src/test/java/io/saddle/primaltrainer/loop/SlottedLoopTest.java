package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactException;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.diffusion.training.Multipliers;
import io.saddle.diffusion.training.PrimalTraining;
import io.saddle.diffusion.training.TrainingSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.Received;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.training.Retraining;
import io.saddle.model.training.TrainedSources;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.journal.DirectJournal;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.journal.StatusLine;
import io.saddle.primaltrainer.journal.TrainerRecords;
import io.saddle.primaltrainer.multipliers.EstimateLog;
import io.saddle.primaltrainer.multipliers.MultiplierLog;
import io.saddle.primaltrainer.multipliers.MultiplierTraces;
import io.saddle.primaltrainer.multipliers.Vectors;
import io.saddle.primaltrainer.ownership.RunStatusTable;
import io.saddle.primaltrainer.slot.SlotResults;
import io.saddle.primaltrainer.slot.SlotWork;
import io.saddle.primaltrainer.slot.SlottedDescent;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.Artifact;
import io.saddle.schema.DesiredState;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SlotResult;
import io.saddle.schema.SlotTask;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.TrainingRun;
import io.saddle.serde.Serdes;
import io.saddle.service.AlertLog;
import io.saddle.service.MemoryLimit;
import io.saddle.stack.testing.RegisteredSerdes;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The loop of a run with three slots, with trainers and a dual side that answer at once, in whatever order and however often. */
class SlottedLoopTest {

    private static final int SLOTS = 3;
    private static final int THREADS = 2;

    @TempDir
    static Path data;

    @TempDir
    Path root;

    private final Serdes serdes = RegisteredSerdes.ofAll();
    private final RunTables tables = new RunTables();
    private final RunStatusTable statuses = new RunStatusTable();
    private final Deque<Trainer> trainers = new ArrayDeque<>();
    private DirectJournal journal = new DirectJournal();
    private MultiplierLog log = new MultiplierLog(Vectors.initial());
    private SlotResults results;
    private long offset;
    private ArtifactStore artifacts;
    private int steps = 10;
    private BooleanSupplier goesOn = () -> true;
    private LongSupplier nanos = System::nanoTime;
    private Optional<String> unread = Optional.empty();
    private final StepCount stepsOfSlots = new StepCount();

    /** A clock that is asked for the milliseconds when a step of a slot is done. */
    private static final class StepCount extends Clock {
        private final AtomicInteger steps = new AtomicInteger();

        @Override
        public long millis() {
            steps.incrementAndGet();
            return super.millis();
        }

        @Override
        public Instant instant() {
            return Instant.now();
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }

        /** The steps since this was asked before. */
        int take() {
            return steps.getAndSet(0);
        }
    }

    /** One that does slots, on whose results a test lies its hand. */
    private final class Trainer {
        private final MockProducer<byte[], byte[]> producer =
                new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        private final SlotWork work;
        private int seen;

        Trainer(String name) {
            TrainerEnvironment env = new TrainerEnvironment(
                    null,
                    serdes,
                    null,
                    tables,
                    statuses,
                    artifacts,
                    new SelectedData(),
                    DiffusersModels.anywhere(),
                    stepsOfSlots,
                    System::nanoTime,
                    new AlertLog("primal-trainer", Clock.systemUTC()),
                    name,
                    "build",
                    THREADS,
                    new MemoryLimit(Long.MAX_VALUE));
            work = new SlotWork(env, new Publisher(producer, serdes));
        }

        List<SlotResult> take(SlotTask task) {
            try {
                work.handle(received(task));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            List<SlotResult> said = new ArrayList<>();
            List<ProducerRecord<byte[], byte[]>> sent = producer.history();
            for (ProducerRecord<byte[], byte[]> record : sent.subList(seen, sent.size())) {
                said.add(serdes.deserializer(Topics.SLOT_RESULTS).deserialize(record.topic(), record.value()));
            }
            seen = sent.size();
            return said;
        }
    }

    @BeforeAll
    static void writeImages() throws IOException {
        TinyImages.write(data);
    }

    @BeforeEach
    void openStore() throws IOException {
        open("undisturbed");
    }

    @AfterEach
    void closeTrainers() {
        trainers.forEach(trainer -> trainer.work.close());
    }

    private void open(String name) throws IOException {
        open(new FileArtifactStore(root.resolve(name)));
    }

    private void open(ArtifactStore store) {
        artifacts = store;
        journal = new DirectJournal();
        log = new MultiplierLog(Vectors.initial());
        results = new SlotResults(0, 0, () -> unread);
        closeTrainers();
        trainers.clear();
        trainers.add(new Trainer("trainer-1"));
        trainers.add(new Trainer("trainer-2"));
        journal.answering(record -> answer(record, task -> next().take(task).forEach(this::add)));
    }

    private static Received<SlotTask> received(SlotTask task) {
        return new Received<>(Topics.SLOT_TASKS.name(), 0, 0, 0, "r", task, new RecordHeaders());
    }

    private void add(SlotResult result) {
        results.add(result, offset++);
    }

    private Trainer next() {
        trainers.addLast(trainers.removeFirst());
        return trainers.peekLast();
    }

    private interface Taking {
        void take(SlotTask task) throws Exception;
    }

    private void answer(SpecificRecord record, Taking taking) {
        if (record instanceof ModelSnapshot snapshot && snapshot.getWeights() == SnapshotWeights.RAW) {
            long next = snapshot.getDualStep() + 1;
            log.add(Vectors.update(next, snapshot.getStep(), Map.of("a", 0.4 * next)), 0);
        } else if (record instanceof RunStatus status) {
            statuses.put(status);
        } else if (record instanceof SlotTask task) {
            try {
                taking.take(task);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private RunSpec spec() {
        RunSpec spec = new RunSpecParser()
                .parse("run.yaml", """
                name: r
                seed: 3
                data: {images: %s, labels: %s}
                model:
                  unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                         down_block_types: [DownBlock2D], up_block_types: [UpBlock2D], attention_head_dim: null,
                         add_attention: false}
                training: {steps: %s, batchSize: 8, learningRate: 0.01, warmupSteps: 0, slots: %s}
                dual: {primalSteps: 4, mode: LOCKSTEP}
                checkpoints: {everySteps: 1000, keep: 2}
                evaluation: {every: 0}
                constraints:
                  - {id: a, threshold: 0.01, data: {classes: {1: {}}}, evaluationSamples: 16}
                """.formatted(data.resolve("images"), data.resolve("labels"), steps, SLOTS));
        Submission submission = new Submissions(new RunSpecParser(), Clock.systemUTC()).submission(spec, "test");
        submission.constraints().forEach(tables::put);
        tables.put(submission.run());
        return spec;
    }

    private static Checkpoint fromTheStart(RunSpec spec) {
        return Checkpoint.first(ModelState.initial(RunModel.of(spec).network(), spec.seed()), spec.seed());
    }

    private Checkpoint newest() throws IOException {
        return new CheckpointStore(artifacts, "r", 0, 2)
                .newest((name, wrong) -> {})
                .orElseThrow();
    }

    private static TrainingSettings settings(RunSpec spec) {
        return RunModel.of(spec).trainingSettings(spec, Precision.FP32, THREADS);
    }

    private static TrainerRecords records(long owner) {
        return new TrainerRecords(
                "r",
                "owner-" + owner,
                "build",
                2,
                Clock.systemUTC(),
                new AlertLog("primal-trainer", Clock.systemUTC()));
    }

    private void train(RunSpec spec, Checkpoint start, long owner) throws Exception {
        RunModel model = RunModel.of(spec);
        RunConstraints constraints =
                new RunConstraints("r", tables, start.state().step());
        RunOutput output = new RunOutput(
                spec,
                model,
                new StatusLine(records(owner), null),
                journal,
                artifacts,
                owner,
                () -> true,
                NeededSteps.NONE);
        RunInputs inputs =
                new RunInputs(log, new EstimateLog(), new MultiplierTraces(0), () -> ReadPosition.NEW, Optional::empty);
        try (TrainedSources sources = new TrainedSources(spec, model, new SelectedData(), DiffusersModels.anywhere());
                SlottedDescent descent = new SlottedDescent(
                        spec,
                        sources,
                        settings(spec).averaging(),
                        Precision.FP32,
                        start.state(),
                        output,
                        artifacts,
                        results,
                        goesOn,
                        nanos)) {
            RunControl control = () -> goesOn.getAsBoolean() ? RunControl.Wish.GO_ON : RunControl.Wish.PAUSE;
            new PrimalLoop(spec, model, descent, sources, constraints, inputs, output, control, System::nanoTime)
                    .run(start, StepsBefore.NONE);
        }
    }

    private RunStatus lastStatus() {
        List<RunStatus> all = journal.written(RunStatus.class);
        return all.get(all.size() - 1);
    }

    private static void assertSame(ModelState expected, ModelState actual) {
        assertEquals(expected.step(), actual.step());
        assertArrayEquals(expected.weights().toFloats(), actual.weights().toFloats());
        assertArrayEquals(expected.adamMean().toFloats(), actual.adamMean().toFloats());
        assertArrayEquals(
                expected.adamVariance().toFloats(), actual.adamVariance().toFloats());
        assertArrayEquals(expected.ema().toFloats(), actual.ema().toFloats());
    }

    /** The state at the end of a run that nothing happened to. */
    private ModelState undisturbed(RunSpec spec) throws Exception {
        train(spec, fromTheStart(spec), 1);
        assertEquals(RunPhase.COMPLETED, lastStatus().getPhase());
        return newest().state();
    }

    @Test
    void aRoundIsTheMeanOfWhatItsSlotsDo() throws Exception {
        steps = 4;
        RunSpec spec = spec();
        ModelState merged = undisturbed(spec);
        double[] mean = new double[(int) merged.weights().size()];
        ModelState initial = ModelState.initial(RunModel.of(spec).network(), spec.seed());
        try (TrainedSources sources =
                        new TrainedSources(spec, RunModel.of(spec), new SelectedData(), DiffusersModels.anywhere());
                PrimalTraining training = new PrimalTraining(settings(spec), sources.of(tables.active("r")), initial)) {
            for (int slot = 0; slot < SLOTS; slot++) {
                training.restore(initial);
                training.drawAs(slot);
                for (int step = 0; step < steps; step++) {
                    training.step(
                            new Multipliers(Vectors.initial().multipliers().get("a")));
                }
                try (HostVector weights = training.weights()) {
                    float[] values = weights.toFloats();
                    for (int i = 0; i < mean.length; i++) {
                        mean[i] += values[i] / SLOTS;
                    }
                }
            }
        }
        float[] weights = merged.weights().toFloats();
        for (int i = 0; i < mean.length; i++) {
            assertEquals(mean[i], weights[i], 1e-6);
        }
        assertFalse(Arrays.equals(merged.ema().toFloats(), weights), "the average lags behind");
    }

    @Test
    void roundsEndAtDualPointsAndEachIsOnRecord() throws Exception {
        undisturbed(spec());
        assertEquals(
                List.of(0L, 4L, 8L),
                journal.written(SlotTask.class).stream()
                        .map(SlotTask::getStep)
                        .distinct()
                        .toList());
        assertEquals(
                List.of(4, 4, 2),
                journal.written(SlotTask.class).stream()
                        .filter(task -> task.getSlot() == 0)
                        .map(SlotTask::getSteps)
                        .toList(),
                "the last one is as long as the run has steps left");
        assertEquals(
                List.of(4L, 8L),
                journal.written(ModelSnapshot.class).stream()
                        .filter(snapshot -> snapshot.getWeights() == SnapshotWeights.RAW)
                        .map(ModelSnapshot::getStep)
                        .toList());
        List<GradientSummary> summaries = journal.written(GradientSummary.class);
        assertEquals(10, summaries.size());
        for (int i = 0; i < 10; i++) {
            GradientSummary summary = summaries.get(i);
            assertEquals(i + 1, summary.getStep());
            assertEquals(i / 4, summary.getDualStep());
            assertEquals(
                    SLOTS * 8,
                    summary.getSources().stream()
                            .mapToInt(source -> source.getRows())
                            .sum());
        }
        assertEquals(List.of(), artifacts.list("r", "slots/"), "what is merged and kept goes");
    }

    @Test
    void whoDoesWhatHowOftenAndWhenChangesNothing() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        open("disturbed");
        Random random = new Random(1);
        List<SlotTask> held = new ArrayList<>();
        journal.answering(record -> answer(record, task -> {
            held.add(task);
            if (held.size() < SLOTS) {
                return;
            }
            // All of a round together: by anybody, in any order, some twice, among some that say what is not so.
            List<SlotResult> said = new ArrayList<>();
            for (SlotTask each : held) {
                said.addAll(next().take(each));
                if (random.nextBoolean()) {
                    said.addAll(next().take(each));
                }
            }
            held.clear();
            SlotResult sound = said.get(0);
            said.add(SlotResult.newBuilder(sound).setRound("0".repeat(64)).build());
            said.add(SlotResult.newBuilder(sound).setSlot(SLOTS).build());
            said.add(SlotResult.newBuilder(sound).setSlot(-1).build());
            said.add(SlotResult.newBuilder(sound).setStep(sound.getStep() - 1).build());
            said.add(SlotResult.newBuilder(sound).setNonFiniteStep(99L).build());
            Collections.shuffle(said, random);
            said.forEach(this::add);
            // After all of them: of a slot that is done already.
            add(SlotResult.newBuilder(sound)
                    .setNonFiniteStep(sound.getStep() + 1)
                    .build());
        }));
        train(spec, fromTheStart(spec), 1);
        assertSame(expected, newest().state());
    }

    @Test
    void aSlotThatATrainerCannotDoOrWhoseStateIsDamagedGoesToTheNextOne() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        open("disturbed");
        AtomicInteger given = new AtomicInteger();
        journal.answering(record -> answer(record, task -> {
            int number = given.getAndIncrement();
            for (SlotResult result : next().take(task)) {
                switch (number) {
                    case 0 ->
                        add(SlotResult.newBuilder(result)
                                .setState(null)
                                .setSummaries(List.of())
                                .setProblem("no such file: images")
                                .build());
                    case 1 -> {
                        Path folder = artifacts.open(result.getState());
                        try (Stream<Path> files = Files.walk(folder)) {
                            for (Path file : files.filter(Files::isRegularFile).toList()) {
                                byte[] bytes = Files.readAllBytes(file);
                                bytes[bytes.length - 1] ^= 1;
                                Files.write(file, bytes);
                            }
                        }
                        add(result);
                    }
                    case 2 ->
                        add(SlotResult.newBuilder(result)
                                .setSummaries(List.of())
                                .build());
                    default -> add(result);
                }
            }
        }));
        train(spec, fromTheStart(spec), 1);
        assertSame(expected, newest().state());
        assertEquals(
                3,
                journal.written(Alert.class).stream()
                        .filter(alert -> alert.getKind() == AlertKind.SLOT_FAILED)
                        .count());
        assertEquals(
                List.of(1, 1, 1),
                journal.written(SlotTask.class).stream()
                        .filter(task -> task.getAttempt() > 0)
                        .map(SlotTask::getAttempt)
                        .toList());
    }

    private interface Gate {
        void pass(String method, Object... arguments) throws IOException;
    }

    private static ArtifactStore behind(ArtifactStore there, Gate gate) {
        return (ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(),
                new Class<?>[] {ArtifactStore.class},
                (proxy, method, arguments) -> {
                    gate.pass(method.getName(), arguments);
                    try {
                        return method.invoke(there, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    /** Opens a store that takes no state of a slot as long as so many are to be refused. */
    private void openRefusing(AtomicInteger states) throws IOException {
        ArtifactStore there = new FileArtifactStore(root.resolve("disturbed"));
        open(behind(there, (method, arguments) -> {
            boolean slot = method.equals("putFolder") && ((String) arguments[1]).startsWith("slots/");
            if (slot && states.get() > 0) {
                states.decrementAndGet();
                throw new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "the store is away");
            }
        }));
    }

    private static void assertRefused(Trainer trainer, SlotTask task) {
        Throwable refused = assertThrows(IllegalStateException.class, () -> trainer.take(task))
                .getCause();
        assertEquals("the store is away", refused.getMessage());
    }

    /** Each try of a write cost the whole slot. */
    @Test
    void aStateThatTheStoreDoesNotTakeIsWrittenLaterAndItsStepsAreNotDoneAgain() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        assertEquals(SLOTS * steps, stepsOfSlots.take());
        AtomicInteger refused = new AtomicInteger();
        openRefusing(refused);
        journal.answering(record -> answer(record, task -> {
            refused.set(2);
            Trainer trainer = next();
            assertRefused(trainer, task);
            assertRefused(trainer, task);
            SlotTask again = SlotTask.newBuilder(task).setAttempt(1).build();
            List<SlotResult> said = trainer.take(again);
            assertEquals(List.of(1), said.stream().map(SlotResult::getAttempt).toList());
            assertEquals(task.getSteps(), said.get(0).getSummaries().size());
            trainer.take(task).forEach(this::add);
        }));
        train(spec, fromTheStart(spec), 1);
        assertEquals(SLOTS * steps, stepsOfSlots.take());
        assertSame(expected, newest().state());
        assertEquals(List.of(), journal.written(Alert.class));
    }

    @Test
    void aStateThatCouldNotBeWrittenGoesWhereItsSlotIsNotWantedAnyMoreOrAnotherOneComes() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        AtomicInteger refused = new AtomicInteger();
        openRefusing(refused);
        List<SlotTask> held = new ArrayList<>();
        journal.answering(record -> answer(record, task -> {
            held.add(task);
            if (held.size() < SLOTS) {
                return;
            }
            Trainer trainer = next();
            stepsOfSlots.take();
            refused.set(2);
            assertRefused(trainer, held.get(0));
            assertRefused(trainer, held.get(1));
            trainer.take(held.get(0)).forEach(this::add);
            trainer.take(held.get(1)).forEach(this::add);
            assertEquals(4 * task.getSteps(), stepsOfSlots.take(), "another one came, twice");

            TrainingRun run = tables.run("r").orElseThrow();
            refused.set(1);
            assertRefused(trainer, held.get(2));
            tables.put(TrainingRun.newBuilder(run)
                    .setDesiredState(DesiredState.PAUSED)
                    .build());
            assertEquals(List.of(), trainer.take(held.get(2)));
            tables.put(run);
            trainer.take(held.get(2)).forEach(this::add);
            assertEquals(2 * task.getSteps(), stepsOfSlots.take(), "it was not wanted in between");
            held.clear();
        }));
        train(spec, fromTheStart(spec), 1);
        assertSame(expected, newest().state());
    }

    /** A store that is away is no fault of who did the slot. */
    @Test
    void aStoreThatIsAwayIsWaitedForAndTheStatusAndAfterAMinuteAnAlertSaySo() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        open("disturbed");
        ArtifactStore there = artifacts;
        AtomicInteger refusals = new AtomicInteger();
        long minutes = Duration.ofMinutes(2).toNanos();
        nanos = () -> System.nanoTime() + (refusals.get() < 15 ? 0 : minutes);
        artifacts = behind(there, (method, arguments) -> {
            boolean slot = method.equals("verifiedFile")
                    && ((Artifact) arguments[0]).getUri().contains("/slots/");
            if (slot && refusals.incrementAndGet() <= 20) {
                throw new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "the store is away");
            }
        });
        train(spec, fromTheStart(spec), 1);
        assertSame(expected, newest().state());
        assertEquals(
                List.of("the merge of steps 1 to 4 waits for the artifact store: the store is away"),
                journal.written(Alert.class).stream().map(Alert::getMessage).toList());
        assertTrue(journal.written(RunStatus.class).stream()
                .map(RunStatus::getMessage)
                .anyMatch(
                        "steps 1 to 4: 3 of 3 slots are done; the merge waits for the artifact store: the store is away"
                                ::equals));
        assertTrue(journal.written(SlotTask.class).stream().allMatch(task -> task.getAttempt() == 0));
    }

    /** What keeps the owner from reading what they say is no fault of theirs. */
    @Test
    void resultsThatCannotBeReadAreNoFaultOfTheTrainersAndTheirSlotsAreNotGivenAgain() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        open("disturbed");
        List<SlotResult> unheard = new ArrayList<>();
        AtomicInteger looks = new AtomicInteger();
        unread = Optional.of("the schema registry is away");
        AtomicInteger clock = new AtomicInteger();
        results = new SlotResults(0, 0, () -> {
            looks.incrementAndGet();
            return unread;
        });
        nanos = () -> {
            // Whoever does not ask what keeps the reader is not to wait for ever.
            if (unread.isPresent() && (looks.get() == 5 || clock.incrementAndGet() == 50)) {
                unread = Optional.empty();
                unheard.forEach(this::add);
            }
            return System.nanoTime()
                    + Duration.ofMinutes(Math.min(looks.get(), 5)).toNanos();
        };
        journal.answering(record -> answer(
                record,
                task -> next().take(task).forEach(result -> {
                    if (unread.isPresent()) {
                        unheard.add(result);
                    } else {
                        add(result);
                    }
                })));
        train(spec, fromTheStart(spec), 1);
        assertSame(expected, newest().state());
        assertEquals(
                Set.of(
                        "steps 1 to 4 wait: their trainer cannot read what comes of their slots: the schema registry is away"),
                journal.written(Alert.class).stream().map(Alert::getMessage).collect(Collectors.toSet()));
        assertTrue(journal.written(RunStatus.class).stream()
                .map(RunStatus::getMessage)
                .anyMatch(("steps 1 to 4: 0 of 3 slots are done; their trainer cannot read what comes of the others:"
                        + " the schema registry is away")::equals));
        assertTrue(journal.written(SlotTask.class).stream().allMatch(task -> task.getAttempt() == 0));
    }

    /** A slot that is asked for once more while the store is away may have its state there: it waits for the store. */
    @Test
    void aSlotThatIsDoneIsNotDoneAgainWhileTheStoreIsAway() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        ArtifactStore there = new FileArtifactStore(root.resolve("disturbed"));
        AtomicInteger refused = new AtomicInteger();
        open(behind(there, (method, arguments) -> {
            boolean slot = method.equals("verifiedFile")
                    && ((Artifact) arguments[0]).getUri().contains("/slots/");
            if (slot && refused.getAndDecrement() > 0) {
                throw new ArtifactException(ArtifactException.Reason.UNAVAILABLE, "the store is away");
            }
        }));
        journal.answering(record -> answer(record, task -> {
            Trainer trainer = next();
            stepsOfSlots.take();
            SlotResult first = trainer.take(task).get(0);
            refused.set(1);
            assertRefused(trainer, task);
            SlotResult again = trainer.take(task).get(0);
            assertEquals(first.getState(), again.getState());
            assertEquals(task.getSteps(), stepsOfSlots.take());
            add(again);
        }));
        train(spec, fromTheStart(spec), 1);
        assertSame(expected, newest().state());
    }

    /** The owner could only say that nothing comes of it. */
    @Test
    void whatKeepsASlotWaitingAtATrainerIsAnAlertOfTheRun() throws Exception {
        undisturbed(spec());
        SlotTask task = journal.written(SlotTask.class).get(SLOTS + 1);
        Trainer trainer = new Trainer("trainer-3");
        for (String file : List.of("a", "b")) {
            trainer.work.hindered(
                    received(task),
                    new ArtifactException(ArtifactException.Reason.UNAVAILABLE, file + ": the store is away"));
        }
        assertEquals(
                List.of("slot 1 of the steps after 4 waits at trainer-3: a: the store is away"),
                trainer.producer.history().stream()
                        .map(sent -> serdes.deserializer(Topics.ALERTS).deserialize(sent.topic(), sent.value()))
                        .map(Alert::getMessage)
                        .toList());
    }

    /** Once that is mended the next owner, who reads of all the failures first, has the round done. */
    @Test
    void aSlotThatNobodyCanDoFailsTheRunWithWhatIsWrongAndIsGivenAnewByTheNextOwner() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        open("disturbed");
        List<SlotResult> onTheTopic = new ArrayList<>();
        journal.answering(record -> answer(record, task -> {
            for (SlotResult result : next().take(task)) {
                SlotResult failed = SlotResult.newBuilder(result)
                        .setState(null)
                        .setProblem("no such file: images")
                        .build();
                onTheTopic.add(failed);
                add(failed);
            }
        }));
        String message = assertThrows(IllegalStateException.class, () -> train(spec, fromTheStart(spec), 1))
                .getMessage();
        assertTrue(message.contains("of the steps after 0: trainer-"), message);
        assertTrue(message.contains("no such file: images"), message);

        journal = new DirectJournal();
        results = new SlotResults(0, 0, () -> unread);
        // One that was given again since nothing came of it.
        onTheTopic.removeIf(result -> result.getSlot() == 1 && result.getAttempt() == 3);
        onTheTopic.forEach(this::add);
        journal.answering(record -> answer(record, task -> next().take(task).forEach(this::add)));
        train(spec, newest(), 2);
        assertEquals(RunPhase.COMPLETED, lastStatus().getPhase());
        assertSame(expected, newest().state());
        assertEquals(List.of(), journal.written(Alert.class));
    }

    /** Its slots are done, and the next owner need not have them done again. */
    @Test
    void anOwnerThatDiesBetweenMergeAndCheckpointCostsNothing() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        open("disturbed");
        Map<String, Integer> computed = new HashMap<>();
        List<SlotResult> onTheTopic = new ArrayList<>();
        Taking taking = task -> {
            for (SlotResult result : next().take(task)) {
                computed.merge(task.getStep() + "/" + task.getSlot(), 1, Integer::sum);
                onTheTopic.add(result);
                add(result);
            }
        };
        journal.answering(record -> {
            answer(record, taking);
            if (record instanceof GradientSummary summary && summary.getStep() == 8) {
                // Merged, and nothing of it is durable yet.
                throw new IllegalStateException("killed");
            }
        });
        assertThrows(IllegalStateException.class, () -> train(spec, fromTheStart(spec), 1));
        assertEquals(4, newest().state().step());
        journal = new DirectJournal();
        results = new SlotResults(0, 0, () -> unread);
        onTheTopic.forEach(this::add);
        journal.answering(record -> answer(record, taking));
        train(spec, newest(), 2);
        assertSame(expected, newest().state());
        for (int slot = 0; slot < SLOTS; slot++) {
            assertEquals(1, computed.get("8/" + slot));
        }
        assertTrue(
                journal.written(SlotTask.class).stream().noneMatch(task -> task.getStep() == 4),
                "the results of the round are those of the same base, whoever owns the run");
    }

    @Test
    void aPauseDoesNotWaitForTheRoundAndTheRunGoesOnFromItsBase() throws Exception {
        RunSpec spec = spec();
        ModelState expected = undisturbed(spec);
        open("disturbed");
        List<SlotResult> late = new ArrayList<>();
        boolean[] paused = {false};
        goesOn = () -> !paused[0];
        journal.answering(record -> answer(record, task -> {
            List<SlotResult> said = next().take(task);
            if (task.getStep() == 4 && task.getSlot() == 2) {
                late.addAll(said);
                paused[0] = true;
            } else {
                said.forEach(this::add);
            }
        }));
        train(spec, fromTheStart(spec), 1);
        assertEquals(RunPhase.PAUSED, lastStatus().getPhase());
        assertEquals(4, lastStatus().getStep());

        paused[0] = false;
        late.forEach(this::add);
        journal.answering(record -> answer(record, task -> next().take(task).forEach(this::add)));
        train(spec, newest(), 2);
        assertSame(expected, newest().state());
    }

    @Test
    void aRunThatIsPausedWithinARoundAndThenStoppedLeavesNoStatesOfSlots() throws Exception {
        RunSpec spec = spec();
        boolean[] paused = {false};
        goesOn = () -> !paused[0];
        journal.answering(record -> answer(record, task -> {
            paused[0] = task.getStep() == 4 && task.getSlot() == 2;
            next().take(task).forEach(this::add);
        }));
        train(spec, fromTheStart(spec), 1);
        assertEquals(RunPhase.PAUSED, lastStatus().getPhase());
        assertEquals(SLOTS, artifacts.list("r", "slots/").size(), "what is done of the round");

        StatusLine status = StatusLine.after(Optional.of(lastStatus()), records(2));
        new UntrainedRun(tables.run("r").orElseThrow(), journal, status, artifacts).end(RunControl.Wish.STOP);
        assertEquals(RunPhase.STOPPED, lastStatus().getPhase());
        assertEquals(List.of(), artifacts.list("r", "slots/"));
    }

    @Test
    void aRoundThatIsDoneAgainFromItsCheckpointComesToTheNextOne() throws Exception {
        RunSpec spec = spec();
        Map<Long, String> kept = new HashMap<>();
        Map<Integer, String> said = new HashMap<>();
        journal.answering(record -> {
            answer(record, task -> {
                for (SlotResult result : next().take(task)) {
                    add(result);
                    if (result.getStep() == 4) {
                        said.put(result.getSlot(), result.getState().getSha256());
                    }
                }
            });
            if (record instanceof RunStatus status && status.getCheckpoint() != null) {
                kept.put(
                        status.getCheckpoint().getStep(),
                        status.getCheckpoint().getArtifact().getSha256());
            }
            goesOn = () -> kept.size() < 3;
        });
        train(spec, fromTheStart(spec), 1);
        ModelState base = new CheckpointStore(artifacts, "r", 0, 2).stateAt(4, kept.get(4L));
        double lambda = 0.4;
        List<Retraining.Step> steps = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            steps.add(new Retraining.Step(tables.active("r"), new Multipliers(lambda)));
        }
        Retraining.Outcome again = new Retraining(
                        spec, Precision.FP32, THREADS, new SelectedData(), DiffusersModels.anywhere())
                .of(base, steps);
        assertEquals(kept.get(8L), again.state());
        assertEquals(List.of(said.get(0), said.get(1), said.get(2)), again.slots());

        steps.set(2, new Retraining.Step(tables.active("r"), new Multipliers(lambda + 0.3)));
        assertNotEquals(
                kept.get(8L),
                new Retraining(spec, Precision.FP32, THREADS, new SelectedData(), DiffusersModels.anywhere())
                        .of(base, steps)
                        .state());
    }

    @Test
    void aStepThatIsNotFiniteEndsTheRun() throws Exception {
        RunSpec spec = spec();
        journal.answering(record -> answer(
                record,
                task -> next().take(task)
                        .forEach(result -> add(
                                task.getStep() == 4 && task.getSlot() == 1
                                        ? SlotResult.newBuilder(result)
                                                .setState(null)
                                                .setNonFiniteStep(6L)
                                                .build()
                                        : result))));
        train(spec, fromTheStart(spec), 1);
        assertEquals(RunPhase.FAILED, lastStatus().getPhase());
        assertTrue(lastStatus().getMessage().startsWith("the loss or gradient of step 6 is not finite"));
        assertEquals(4, newest().state().step());
        assertEquals(List.of(), artifacts.list("r", "slots/"));
    }

    @Test
    void nobodyTrainsForARunThatIsPastTheRoundOrIsNotToGoOn() throws Exception {
        RunSpec spec = spec();
        undisturbed(spec);
        SlotTask old = journal.written(SlotTask.class).get(0);
        assertEquals(List.of(), new Trainer("another").take(old));
    }
}
