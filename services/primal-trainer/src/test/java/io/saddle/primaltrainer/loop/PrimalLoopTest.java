package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.network.Precision;
import io.saddle.diffusion.torch.HostVector;
import io.saddle.diffusion.training.ModelState;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.StepFolder;
import io.saddle.model.training.TrainedSources;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.checkpoint.NeededSteps;
import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.primaltrainer.descent.Descent;
import io.saddle.primaltrainer.descent.LocalDescent;
import io.saddle.primaltrainer.journal.DirectJournal;
import io.saddle.primaltrainer.journal.RunOutput;
import io.saddle.primaltrainer.journal.StatusLine;
import io.saddle.primaltrainer.journal.TrainerRecords;
import io.saddle.primaltrainer.multipliers.EstimateLog;
import io.saddle.primaltrainer.multipliers.MultiplierLog;
import io.saddle.primaltrainer.multipliers.MultiplierTraces;
import io.saddle.primaltrainer.multipliers.MultiplierVector;
import io.saddle.primaltrainer.multipliers.Vectors;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.GradientSummary;
import io.saddle.schema.KeptCheckpoint;
import io.saddle.schema.LossEstimate;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.SnapshotWeights;
import io.saddle.service.AlertLog;
import io.saddle.stack.testing.RecordBuilders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The loop on a tiny network, with a dual side that answers at once. */
class PrimalLoopTest {

    private static final int WORKERS = 2;

    @TempDir
    static Path data;

    @TempDir
    Path root;

    private final DirectJournal journal = new DirectJournal();
    private final RunTables tables = new RunTables();
    private final EstimateLog estimates = new EstimateLog();
    private static final ReadPosition READ = new ReadPosition(
            Map.of("saddle.multipliers", 7L), Map.of("saddle.multipliers", "id"), ReadPosition.Past.NOTHING);

    private MultiplierLog log = new MultiplierLog(Vectors.initial());
    private LongSupplier nanos = System::nanoTime;
    private Optional<String> obstacle = Optional.empty();
    private String learningRate = "0.001";
    private int steps = 12;
    private StepsBefore said = StepsBefore.NONE;
    private String checkpointEvery = "everySteps: 1000";
    private ArtifactStore artifacts;

    @BeforeAll
    static void writeImages() throws IOException {
        TinyImages.write(data);
    }

    @BeforeEach
    void openStore() throws IOException {
        artifacts = new FileArtifactStore(root);
    }

    private RunSpec spec(String dual, String more) {
        String yaml = """
                name: r
                seed: 3
                data: {images: %s, labels: %s}
                model:
                  unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                         down_block_types: [DownBlock2D], up_block_types: [UpBlock2D], attention_head_dim: null,
                         add_attention: false}
                training: {steps: %s, batchSize: 8, learningRate: %s, warmupSteps: 0}
                dual: {primalSteps: 4, %s}
                checkpoints: {%s, keep: 3}
                evaluation: {every: 0}
                constraints:
                  - {id: a, threshold: 0.01, data: {classes: {1: {}}}, evaluationSamples: 16%s}
                """.formatted(
                data.resolve("images"), data.resolve("labels"), steps, learningRate, dual, checkpointEvery, more);
        return new RunSpecParser().parse("run.yaml", yaml);
    }

    private RunSpec lockstep() {
        return spec("mode: LOCKSTEP", "");
    }

    private void submit(RunSpec spec) {
        Submission submission = new Submissions(new RunSpecParser(), Clock.systemUTC()).submission(spec, "test");
        submission.constraints().forEach(tables::put);
        tables.put(submission.run());
    }

    /** Answers each RAW snapshot with the next vector, at once. */
    private void answerSnapshots(LongFunction<Double> lambdaOfDualStep) {
        journal.answering(record -> {
            if (record instanceof ModelSnapshot snapshot && snapshot.getWeights() == SnapshotWeights.RAW) {
                long next = snapshot.getDualStep() + 1;
                log.add(Vectors.update(next, snapshot.getStep(), lambdaOfDualStep.apply(next)), 0);
            }
        });
    }

    private CheckpointStore checkpoints() {
        return new CheckpointStore(artifacts, "r", 0, 3);
    }

    private Checkpoint newestCheckpoint() throws IOException {
        return checkpoints().newest((name, wrong) -> {}).orElseThrow();
    }

    private static Checkpoint fromTheStart(RunSpec spec) {
        return Checkpoint.first(ModelState.initial(RunModel.of(spec).network(), spec.seed()), spec.seed());
    }

    /** Trains from {@code start} until the loop ends; the control is given the steps done. */
    private void train(RunSpec spec, Checkpoint start, LongFunction<RunControl.Wish> control) {
        assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
            RunModel model = RunModel.of(spec);
            RunConstraints constraints =
                    new RunConstraints("r", tables, start.state().step());
            TrainerRecords records = new TrainerRecords(
                    "r", "worker", "build", 2, Clock.systemUTC(), new AlertLog("primal-trainer", Clock.systemUTC()));
            RunOutput output = new RunOutput(
                    spec, model, new StatusLine(records, null), journal, artifacts, 1, () -> true, NeededSteps.NONE);
            try (TrainedSources sources =
                            new TrainedSources(spec, model, new SelectedData(), DiffusersModels.anywhere());
                    Descent training =
                            new LocalDescent(model.trainingSettings(spec, WORKERS), sources, start.state())) {
                RunInputs inputs = new RunInputs(log, estimates, new MultiplierTraces(0), () -> READ, () -> obstacle);
                new PrimalLoop(
                                spec,
                                model,
                                training,
                                sources,
                                constraints,
                                inputs,
                                output,
                                () -> control.apply(training.step()),
                                nanos)
                        .run(start, said);
            }
        });
    }

    private void trainToTheEnd(RunSpec spec) {
        submit(spec);
        train(spec, fromTheStart(spec), step -> RunControl.Wish.GO_ON);
    }

    private <T extends SpecificRecord> List<T> written(Class<T> type) {
        return journal.written(type);
    }

    private RunStatus lastStatus() {
        List<RunStatus> all = written(RunStatus.class);
        return all.get(all.size() - 1);
    }

    private List<Long> rawSteps() {
        return written(ModelSnapshot.class).stream()
                .filter(snapshot -> snapshot.getWeights() == SnapshotWeights.RAW)
                .map(ModelSnapshot::getStep)
                .toList();
    }

    @Test
    void theChosenPrecisionIsInEveryCheckpointAndStatus() throws IOException {
        answerSnapshots(dualStep -> 0.5 * dualStep);
        RunSpec spec = lockstep();
        submit(spec);
        train(spec, fromTheStart(spec).in(Precision.FP32), step -> RunControl.Wish.GO_ON);

        assertEquals(Precision.FP32, newestCheckpoint().precision());
        assertEquals(12, newestCheckpoint().state().step());
        assertEquals(
                Set.of("fp32"),
                written(RunStatus.class).stream().map(RunStatus::getPrecision).collect(Collectors.toSet()));
    }

    @Test
    void lockstepTakesEveryVectorForExactlyNStepsAndEndsWithAModel() throws IOException {
        answerSnapshots(dualStep -> 0.5 * dualStep);
        trainToTheEnd(lockstep());

        List<GradientSummary> summaries = written(GradientSummary.class);
        assertEquals(
                LongStream.rangeClosed(1, 12).boxed().toList(),
                summaries.stream().map(GradientSummary::getStep).toList());
        assertEquals(
                List.of(0L, 0L, 0L, 0L, 1L, 1L, 1L, 1L, 2L, 2L, 2L, 2L),
                summaries.stream().map(GradientSummary::getDualStep).toList());
        assertEquals(
                List.of("build", "2"),
                List.of(summaries.get(0).getBuild(), "" + summaries.get(0).getThreads()),
                "what its last bits hang on");
        assertEquals(0.5, summaries.get(4).getSources().get(1).getMultiplier());
        assertEquals(List.of(4L, 8L), rawSteps(), "the last step needs no dual step");
        ModelSnapshot last = written(ModelSnapshot.class).get(2);
        assertTrue(last.getLast());
        assertEquals(SnapshotWeights.EMA, last.getWeights());
        assertEquals(12, last.getStep());
        assertEquals(2, last.getDualStep());
        assertEquals(RunPhase.COMPLETED, lastStatus().getPhase());
        assertEquals(12, lastStatus().getStep());
        assertArrayEquals(
                newestCheckpoint().state().ema().toFloats(),
                DiffusersPipelineFolder.read(artifacts.verified(last.getArtifact()))
                        .weights()
                        .toFloats());
    }

    @Test
    void aRunThatWasPausedAnywhereEndsWithTheSameBits() throws IOException {
        RunSpec spec = lockstep();
        answerSnapshots(dualStep -> 0.5 * dualStep);
        trainToTheEnd(spec);
        Checkpoint undisturbed = newestCheckpoint();

        for (long pauseAt : new long[] {3, 4, 9}) {
            artifacts = new FileArtifactStore(root.resolve("paused-at-" + pauseAt));
            log = new MultiplierLog(Vectors.initial());
            train(spec, fromTheStart(spec), step -> step == pauseAt ? RunControl.Wish.PAUSE : RunControl.Wish.GO_ON);
            assertEquals(RunPhase.PAUSED, lastStatus().getPhase());
            Checkpoint paused = newestCheckpoint();
            assertEquals(pauseAt, paused.state().step());

            train(spec, paused, step -> RunControl.Wish.GO_ON);

            Checkpoint resumed = newestCheckpoint();
            assertArrayEquals(
                    undisturbed.state().weights().toFloats(),
                    resumed.state().weights().toFloats());
            assertArrayEquals(
                    undisturbed.state().adamMean().toFloats(),
                    resumed.state().adamMean().toFloats());
            assertArrayEquals(
                    undisturbed.state().adamVariance().toFloats(),
                    resumed.state().adamVariance().toFloats());
            assertArrayEquals(
                    undisturbed.state().ema().toFloats(), resumed.state().ema().toFloats());
        }
    }

    private RunSpec pipelined(String more) {
        return spec("mode: PIPELINED", more);
    }

    /** Answers each RAW snapshot when the next one is announced, the last one at once. */
    private void answerSnapshotsLate(long last, LongFunction<Double> lambdaOfDualStep) {
        Map<Long, ModelSnapshot> waiting = new TreeMap<>();
        journal.answering(record -> {
            if (record instanceof ModelSnapshot snapshot && snapshot.getWeights() == SnapshotWeights.RAW) {
                waiting.put(snapshot.getStep(), snapshot);
                waiting.values().stream()
                        .filter(known -> known.getStep() < snapshot.getStep() || known.getStep() == last)
                        .map(known -> known.getDualStep() + 1)
                        .filter(next -> next > log.newest().dualStep())
                        .forEach(next -> log.add(Vectors.update(next, 4 * next, lambdaOfDualStep.apply(next)), 0));
            }
        });
    }

    @Test
    void pipelinedTrainsOnWhileTheNextVectorIsMade() throws IOException {
        answerSnapshotsLate(4, dualStep -> 0.5 * dualStep);
        trainToTheEnd(spec("mode: PIPELINED, delay: 1", ""));

        List<GradientSummary> summaries = written(GradientSummary.class);
        assertEquals(
                List.of(0L, 0L, 0L, 0L, 0L, 0L, 0L, 0L, 1L, 1L, 1L, 1L),
                summaries.stream().map(GradientSummary::getDualStep).toList());
        assertEquals(0.5, summaries.get(8).getSources().get(1).getMultiplier());
        assertEquals(8, summaries.get(11).getStaleSteps() + 1, "measured after step 4, taken by step 12");
        assertEquals(List.of(4L), rawSteps(), "that of step 8 no step would take");
        assertEquals(RunPhase.COMPLETED, lastStatus().getPhase());
    }

    @Test
    void eachSnapshotOfAPipelinedRunNamesTheDualStepBeforeItsOwn() {
        steps = 24;
        answerSnapshotsLate(16, dualStep -> 0.5 * dualStep);
        trainToTheEnd(pipelined(""));
        assertEquals(List.of(4L, 8L, 12L, 16L), rawSteps());
        assertEquals(
                List.of(0L, 1L, 2L, 3L),
                written(ModelSnapshot.class).stream()
                        .filter(snapshot -> snapshot.getWeights() == SnapshotWeights.RAW)
                        .map(ModelSnapshot::getDualStep)
                        .toList());
        assertEquals(4, lastStatus().getDualStep());
    }

    @Test
    void aPipelinedRunThatWasPausedAnywhereEndsWithTheSameBits() throws IOException {
        steps = 24;
        RunSpec spec = pipelined("");
        answerSnapshotsLate(16, dualStep -> 0.5 * dualStep);
        trainToTheEnd(spec);
        Checkpoint undisturbed = newestCheckpoint();
        assertEquals(24, undisturbed.state().step());

        for (long pauseAt : new long[] {4, 7, 8, 9, 13, 17}) {
            artifacts = new FileArtifactStore(root.resolve("paused-at-" + pauseAt));
            log = new MultiplierLog(Vectors.initial());
            answerSnapshotsLate(16, dualStep -> 0.5 * dualStep);
            train(spec, fromTheStart(spec), step -> step == pauseAt ? RunControl.Wish.PAUSE : RunControl.Wish.GO_ON);
            assertEquals(RunPhase.PAUSED, lastStatus().getPhase());

            train(spec, newestCheckpoint(), step -> RunControl.Wish.GO_ON);

            Checkpoint resumed = newestCheckpoint();
            assertArrayEquals(
                    undisturbed.state().weights().toFloats(),
                    resumed.state().weights().toFloats(),
                    "paused at " + pauseAt);
            assertArrayEquals(
                    undisturbed.state().ema().toFloats(), resumed.state().ema().toFloats());
        }
    }

    @Test
    void everyDualPointThatAPipelinedRunHasUnderWayIsAnnouncedAgainWhenItIsTakenUp() throws IOException {
        steps = 24;
        RunSpec spec = spec("mode: PIPELINED, delay: 2", "");
        submit(spec);
        train(spec, fromTheStart(spec), step -> step == 10 ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON);
        assertEquals(List.of(4L, 8L), rawSteps());
        List<ModelSnapshot> first = written(ModelSnapshot.class);

        // The dual side has lost what it had of them.
        int[] asked = {0};
        train(
                spec,
                newestCheckpoint(),
                step -> step == 12 && ++asked[0] == 2 ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON);

        assertEquals(List.of(4L, 8L, 4L, 8L, 12L), rawSteps(), "and waits for the vector of the first");
        List<ModelSnapshot> all = written(ModelSnapshot.class);
        for (int i = 0; i < 2; i++) {
            assertEquals(first.get(i).getArtifact(), all.get(2 + i).getArtifact());
            assertEquals(first.get(i).getDualStep(), all.get(2 + i).getDualStep());
        }
        assertEquals(List.of(), written(Alert.class));
    }

    @Test
    void aSnapshotThatIsGoneFromTheStoreAndCannotBeMadeAgainIsToldOf() throws IOException {
        steps = 24;
        RunSpec spec = pipelined("");
        submit(spec);
        train(spec, fromTheStart(spec), step -> step == 6 ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON);
        for (String folder : artifacts.list("r", "snapshots/raw/")) {
            artifacts.delete("r", folder);
        }
        artifacts.delete("r", new StepFolder(0, 1).in("checkpoints/"));
        train(spec, newestCheckpoint(), step -> step == 7 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON);

        Alert alert = written(Alert.class).get(0);
        assertEquals(AlertKind.DAMAGED_ARTIFACT, alert.getKind());
        assertEquals(
                "the snapshot of step 4 is no longer in the artifact store, and its dual step cannot be made without it",
                alert.getMessage());
    }

    /** A crash some dual points behind a checkpoint: iterates that were pruned meanwhile are needed by nobody. */
    @Test
    void aDualPointWhoseVectorIsMadeIsNotAnnouncedAgain() throws IOException {
        steps = 40;
        RunSpec spec = pipelined("");
        submit(spec);
        answerSnapshotsLate(32, dualStep -> 0.5 * dualStep);
        train(spec, fromTheStart(spec), step -> step == 10 ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON);
        Checkpoint early = newestCheckpoint();
        train(spec, early, step -> step == 34 ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON);
        int before = rawSteps().size();
        MultiplierLog all = new MultiplierLog(Vectors.initial());
        for (long made = 1; made <= log.newest().dualStep(); made++) {
            all.add(Vectors.update(made, 4 * made, 0.5 * made), 0);
        }
        log = all;

        train(spec, early, step -> step == 11 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON);

        assertEquals(List.of(), written(Alert.class));
        assertEquals(before, rawSteps().size(), rawSteps()::toString);
    }

    @Test
    void aConstraintRedefinedInAPipelinedRunIsMeasuredAnewAtEachDualPointUnderWay() {
        steps = 24;
        RunSpec spec = pipelined("");
        submit(spec);
        int[] asked = {0};
        train(spec, fromTheStart(spec), step -> {
            if (step == 6 && ++asked[0] == 1) {
                redefine("a", ConstraintState.ACTIVE);
            }
            return step == 8 && ++asked[0] == 4 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON;
        });
        assertEquals(List.of(4L, 4L, 8L), rawSteps());
        assertEquals(
                List.of(1, 2, 2),
                written(ModelSnapshot.class).stream()
                        .limit(3)
                        .map(snapshot -> snapshot.getConstraintVersions().get("a"))
                        .toList());
    }

    /** The estimates of step 4, made before and after the run was taken up at step 6. */
    private List<LossEstimate> announcedBeforeAndAfterATakeUp(RunSpec spec) throws IOException {
        submit(spec);
        log = new MultiplierLog(MultiplierVector.initial(spec));
        train(spec, fromTheStart(spec), step -> step == 6 ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON);
        train(spec, newestCheckpoint(), step -> step == 7 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON);
        List<LossEstimate> made = written(LossEstimate.class);
        assertEquals(List.of(4L, 4L), made.stream().map(LossEstimate::getStep).toList());
        return made;
    }

    @Test
    void aLossOfTheTrainingBatchesOfADualPointBehindIsAnnouncedAgainTheSame() throws IOException {
        steps = 24;
        RunSpec spec = pipelined(", evaluator: minibatch-loss, initialMultiplier: 1");

        List<LossEstimate> made = announcedBeforeAndAfterATakeUp(spec);
        assertEquals(made.get(0).getLoss(), made.get(1).getLoss());
        assertEquals(made.get(0).getSamples(), made.get(1).getSamples());
        int rows = written(GradientSummary.class).stream()
                .limit(4)
                .mapToInt(summary -> summary.getSources().get(1).getRows())
                .sum();
        assertEquals(rows, made.get(0).getSamples());
    }

    /** The weights of step 4 are gone at step 6. */
    @Test
    void aProbeOfADualPointBehindIsAnnouncedAgainTheSame() throws IOException {
        steps = 24;
        RunSpec spec = pipelined(", evaluator: minibatch-loss, initialMultiplier: 0, relativeTo: objective");

        List<LossEstimate> made = announcedBeforeAndAfterATakeUp(spec);
        assertEquals(16, made.get(0).getSamples(), "no row of it was drawn");
        assertEquals(made.get(0).getLoss(), made.get(1).getLoss());
        assertEquals(made.get(0).getStandardError(), made.get(1).getStandardError());
        assertEquals(made.get(0).getThresholdReference(), made.get(1).getThresholdReference());
    }

    @Test
    void aPipelinedRunThatWaitsNamesWhoseEstimateOfTheDualPointIsMissing() {
        steps = 24;
        estimates.add(estimate("a", 1, 0));
        waitInVain(pipelined(""), 8);
        assertEquals(
                "step 8 waits for the estimates of 'a' by denoising-loss",
                waiting().getMessage());
    }

    /** The snapshot of the dual point was lost, the next one was not: the dual updater was blamed. */
    @Test
    void anEstimateOfALaterSnapshotIsNotThatOfTheDualPoint() {
        steps = 24;
        estimates.add(estimate("a", 1, 8));
        waitInVain(pipelined(""), 8);
        String expected = "step 8 waits for the estimates of 'a' by denoising-loss";
        assertEquals(expected, waiting().getMessage());
        Alert first = written(Alert.class).get(0);
        assertEquals(AlertKind.EVALUATOR_SILENT, first.getKind());
        assertEquals(expected, first.getMessage());
    }

    @Test
    void aPipelinedRunThatHasTheEstimateOfItsDualPointWaitsForTheDualUpdater() {
        steps = 24;
        estimates.add(estimate("a", 1, 4));
        estimates.add(estimate("a", 1, 8));
        waitInVain(pipelined(""), 8);
        assertEquals(
                "step 8 waits for the dual updater: every estimate is there",
                waiting().getMessage());
    }

    @Test
    void aPipelinedRunThatWaitsAtItsEndAnnouncesNothingThatNoStepWouldTake() {
        waitInVain(pipelined(""), 8);
        assertEquals(List.of(4L, 4L, 4L), rawSteps());
    }

    /** As the dual updater does it: what names a dual step that was not made waits for it. The evaluator of {@code a} is silent. */
    private void answerSnapshotsOfInOrder(String measured) {
        journal.answering(record -> {
            if (record instanceof ModelSnapshot snapshot
                    && snapshot.getWeights() == SnapshotWeights.RAW
                    && snapshot.getConstraintVersions().containsKey(measured)) {
                long made = log.newest().dualStep();
                long next = snapshot.getStep() / 4;
                if (snapshot.getDualStep() <= made && next > made) {
                    log.add(Vectors.update(next, snapshot.getStep(), Map.of(measured, 0.5 * next)), 0);
                }
            }
        });
    }

    /** The constraint is retired when {@code retired} steps are done and it was asked for so often, and {@code b} is there from {@code added} on. */
    private void trainAsBComesInThePlaceOfA(RunSpec spec, long retired, int asked, long added) {
        submit(spec);
        answerSnapshotsOfInOrder("b");
        int[] times = {0, 0};
        train(spec, fromTheStart(spec), patient(step -> {
            if (step == retired && ++times[0] == asked) {
                redefine("a", ConstraintState.RETIRED);
            }
            if (step == added && ++times[1] == 1) {
                redefine("b", ConstraintState.ACTIVE);
            }
            return RunControl.Wish.GO_ON;
        }));
        assertCompleted();
    }

    private void assertCompleted() {
        assertEquals(
                RunPhase.COMPLETED,
                lastStatus().getPhase(),
                "it stood at " + lastStatus().getStep());
    }

    /** Ends a run that stands. */
    private static LongFunction<RunControl.Wish> patient(LongFunction<RunControl.Wish> control) {
        long[] last = {-1, 0};
        return step -> {
            last[1] = step == last[0] ? last[1] + 1 : 0;
            last[0] = step;
            return last[1] > 20 ? RunControl.Wish.STOP : control.apply(step);
        };
    }

    /** What the alert of a silent evaluator advises; each later dual point named one that was never made. */
    @Test
    void aPipelinedRunTakesAConstraintInThePlaceOfOneThatNobodyMeasured() {
        steps = 24;
        trainAsBComesInThePlaceOfA(pipelined(""), 8, 3, 10);
        assertEquals(
                List.of(0L, 0L, 0L, 2L, 3L, 4L),
                written(GradientSummary.class).stream()
                        .filter(summary -> summary.getStep() % 4 == 0)
                        .map(GradientSummary::getDualStep)
                        .toList(),
                "that of step 8 counts for the new one, one interval later");
    }

    /** The same when it is taken up behind the step that went on without. */
    @Test
    void aPipelinedRunThatIsTakenUpKnowsWhichDualStepWasNeverMade() throws IOException {
        steps = 24;
        RunSpec spec = pipelined("");
        submit(spec);
        answerSnapshotsOfInOrder("b");
        int[] asked = {0};
        train(spec, fromTheStart(spec), step -> {
            if (step == 8 && ++asked[0] == 3) {
                redefine("a", ConstraintState.RETIRED);
            }
            return step == 10 ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON;
        });
        redefine("b", ConstraintState.ACTIVE);
        train(spec, newestCheckpoint(), patient(step -> RunControl.Wish.GO_ON));
        assertCompleted();
        assertEquals(4, lastStatus().getDualStep());
    }

    /** Its last dual point had passed before it was there: no snapshot was announced, and none came any more. */
    @Test
    void aPipelinedRunThatIsGivenAConstraintTooLateEndsWithoutIt() {
        trainAsBComesInThePlaceOfA(pipelined(""), 2, 1, 6);
        assertEquals(List.of(), rawSteps());
    }

    /** It comes while the dual point is under way: the next interval is trained with it. */
    @Test
    void aLockstepRunWaitsForAConstraintThatComesAtADualPoint() {
        trainAsBComesInThePlaceOfA(lockstep(), 2, 1, 4);
        assertEquals(List.of(4L, 8L), rawSteps());
        assertEquals(2, lastStatus().getDualStep());
    }

    @Test
    void otherMultipliersMakeAnotherModel() throws IOException {
        answerSnapshots(dualStep -> 0.5 * dualStep);
        trainToTheEnd(lockstep());
        float[] one = newestCheckpoint().state().weights().toFloats();

        artifacts = new FileArtifactStore(root.resolve("other"));
        log = new MultiplierLog(Vectors.initial());
        answerSnapshots(dualStep -> 3.0);
        trainToTheEnd(lockstep());

        assertFalse(Arrays.equals(one, newestCheckpoint().state().weights().toFloats()));
    }

    @Test
    void lockstepDoesNoStepWithoutItsVectorAndObeysWhileItWaits() throws IOException {
        RunSpec spec = lockstep();
        submit(spec);
        int[] asked = {0};
        train(
                spec,
                fromTheStart(spec),
                step -> step == 4 && ++asked[0] == 3 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON);

        assertEquals(4, written(GradientSummary.class).size());
        assertEquals(RunPhase.STOPPED, lastStatus().getPhase());
        assertEquals(4, newestCheckpoint().state().step());
        List<ModelSnapshot> snapshots = written(ModelSnapshot.class);
        assertTrue(snapshots.get(snapshots.size() - 1).getLast(), "what was stopped is judged too");
    }

    @Test
    void aSummaryTellsWhereTheTimeBeforeItsStepWent() throws IOException {
        RunSpec spec = lockstep();
        submit(spec);
        int[] asked = {0};
        train(spec, fromTheStart(spec), step -> {
            if (step == 4 && ++asked[0] == 3) {
                log.add(Vectors.update(1, 4, 0.5), 0);
            }
            return step < 6 ? RunControl.Wish.GO_ON : RunControl.Wish.STOP;
        });

        List<GradientSummary> summaries = written(GradientSummary.class);
        assertNull(summaries.get(0).getBetweenMillis(), "nothing is before a trainer's first step");
        assertNull(summaries.get(0).getWaitMillis());
        assertEquals(0.0, summaries.get(1).getWaitMillis());
        assertTrue(summaries.get(1).getBetweenMillis() > 0);
        assertTrue(summaries.get(4).getWaitMillis() > summaries.get(4).getBetweenMillis(), "it waited, twice");
        assertEquals(0.0, summaries.get(5).getWaitMillis(), "no wait counts twice");
        for (GradientSummary summary : summaries) {
            assertTrue(summary.getLibtorchMillis() < summary.getStepMillis());
        }
    }

    @Test
    void aRunTakenUpAtADualPointAnnouncesItsSnapshotAgain() throws IOException {
        RunSpec spec = lockstep();
        submit(spec);
        train(spec, fromTheStart(spec), step -> step == 4 ? RunControl.Wish.HAND_OVER : RunControl.Wish.GO_ON);
        assertEquals(RunPhase.QUEUED, lastStatus().getPhase());
        assertEquals(List.of(4L), rawSteps());

        answerSnapshots(dualStep -> 0.5);
        train(spec, newestCheckpoint(), step -> RunControl.Wish.GO_ON);

        assertEquals(List.of(4L, 4L, 8L), rawSteps());
        assertEquals(RunPhase.COMPLETED, lastStatus().getPhase());
    }

    @Test
    void aConstraintRedefinedWhileItIsWaitedForIsAnnouncedAgain() {
        RunSpec spec = lockstep();
        submit(spec);
        ConstraintDefinition second = ConstraintDefinition.newBuilder(
                        tables.constraints("r").get(0))
                .setVersion(2)
                .setThreshold(0.02)
                .build();
        int[] asked = {0};
        train(spec, fromTheStart(spec), step -> {
            if (step == 4 && ++asked[0] == 2) {
                tables.put(second);
            }
            return asked[0] == 4 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON;
        });
        assertEquals(List.of(4L, 4L), rawSteps(), "estimates of version 1 move nothing any more");
    }

    /** It was to be measured before it may take over, and nothing was announced for it to measure for up to half an hour. */
    @ParameterizedTest
    @CsvSource({"LOCKSTEP, 4", "PIPELINED, 8"})
    void whatIsWaitedForIsAnnouncedAgainForAnEvaluatorInTheShadow(String mode, long waitsAt) {
        RunSpec spec = spec("mode: " + mode, "");
        submit(spec);
        ConstraintDefinition shadow = ConstraintDefinition.newBuilder(
                        tables.constraints("r").get(0))
                .setConstraintId("a.other")
                .setEvaluator("other")
                .setState(ConstraintState.SHADOW)
                .build();
        int[] asked = {0};
        train(spec, fromTheStart(spec), step -> {
            if (step == waitsAt && ++asked[0] == 2) {
                tables.put(shadow);
            }
            return asked[0] == 4 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON;
        });
        assertEquals(
                2,
                rawSteps().stream().filter(step -> step == 4).count(),
                () -> rawSteps().toString());
    }

    /** The estimates that a trainer makes itself while each of them is answered with this multiplier. */
    private List<LossEstimate> estimatesOfTraining(RunSpec spec, double multiplier) {
        journal.answering(record -> {
            if (record instanceof LossEstimate estimate) {
                log.add(Vectors.update(estimate.getDualStep() + 1, estimate.getStep(), multiplier), 0);
            }
        });
        trainToTheEnd(spec);
        return written(LossEstimate.class);
    }

    @Test
    void minibatchLossIsMeasuredFromTheStepsSinceTheLastDualStep() {
        RunSpec spec = spec("mode: LOCKSTEP", ", evaluator: minibatch-loss, initialMultiplier: 1");
        List<LossEstimate> estimates = estimatesOfTraining(spec, 1);
        assertEquals(
                List.of(4L, 8L), estimates.stream().map(LossEstimate::getStep).toList());
        assertEquals(
                List.of(0L, 1L),
                estimates.stream().map(LossEstimate::getDualStep).toList());
        assertEquals(List.of(), rawSteps(), "nobody needs a snapshot");
        List<GradientSummary> window = written(GradientSummary.class).subList(4, 8);
        double rows = window.stream()
                .mapToDouble(s -> s.getSources().get(1).getRows())
                .sum();
        double sum = window.stream()
                .map(s -> s.getSources().get(1))
                .filter(s -> s.getRows() > 0)
                .mapToDouble(s -> s.getRows() * s.getLoss())
                .sum();
        assertTrue(rows > 0, "the mixture drew rows of the constraint");
        assertEquals(sum / rows, estimates.get(1).getLoss(), 1e-12);
        assertEquals(rows, estimates.get(1).getSamples());
        assertEquals("minibatch-loss", estimates.get(1).getEvaluator());
    }

    @Test
    void aConstraintThatTheMixtureDrewNoRowOfIsProbed() {
        RunSpec spec = spec("mode: LOCKSTEP", ", evaluator: minibatch-loss");
        List<LossEstimate> estimates = estimatesOfTraining(spec, 0);
        assertEquals(2, estimates.size());
        assertTrue(estimates.stream().allMatch(e -> e.getSamples() == 16 && Double.isFinite(e.getLoss())));
    }

    @Test
    void asyncGoesOnWithOldMultipliersUntilTheyAreTooStale() throws IOException {
        RunSpec spec = spec("mode: ASYNC, maxStaleSteps: 6", "");
        submit(spec);
        int[] asked = {0};
        train(
                spec,
                fromTheStart(spec),
                step -> step == 7 && ++asked[0] == 2 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON);

        List<GradientSummary> summaries = written(GradientSummary.class);
        assertEquals(7, summaries.size(), "the step after 6 is 6 steps stale, the next is one too many");
        assertEquals(6, summaries.get(6).getStaleSteps());
        assertEquals(7, newestCheckpoint().state().step());
    }

    @Test
    void asyncDoesNotWaitWhereMultipliersCome() {
        answerSnapshots(dualStep -> 0.5 * dualStep);
        trainToTheEnd(spec("mode: ASYNC, maxStaleSteps: 6", ""));
        assertEquals(RunPhase.COMPLETED, lastStatus().getPhase());
        assertEquals(2, lastStatus().getDualStep());
    }

    @Test
    void aStepThatIsNotFiniteFailsTheRunAndKeepsTheStateBeforeIt() throws IOException {
        answerSnapshots(dualStep -> 1e300);
        trainToTheEnd(lockstep());

        assertEquals(RunPhase.FAILED, lastStatus().getPhase());
        assertEquals(4, lastStatus().getStep());
        assertEquals(4, newestCheckpoint().state().step());
        List<Alert> alerts = written(Alert.class);
        assertEquals(AlertKind.NON_FINITE_LOSS, alerts.get(0).getKind());
        assertEquals(5, alerts.get(0).getStep());
        List<ModelSnapshot> snapshots = written(ModelSnapshot.class);
        ModelSnapshot model = snapshots.get(snapshots.size() - 1);
        assertEquals(SnapshotWeights.EMA, model.getWeights(), "what another run can start from");
        assertEquals(4, model.getStep());
        assertTrue(model.getLast());
        artifacts.verified(model.getArtifact());
    }

    @Test
    void snapshotsAnnouncedAfterARestartOutliveTheNewerOnesOfBefore() throws IOException {
        RunSpec spec = lockstep();
        submit(spec);
        for (long step : new long[] {100, 200, 300}) {
            artifacts.putFolder(
                    "r",
                    "snapshots/raw/step-%010d".formatted(step),
                    folder -> Files.writeString(folder.resolve("weights"), "of before"),
                    "weights");
        }
        answerSnapshots(dualStep -> 0.5);
        train(spec, fromTheStart(spec), step -> RunControl.Wish.GO_ON);

        for (ModelSnapshot snapshot : written(ModelSnapshot.class)) {
            artifacts.verified(snapshot.getArtifact());
        }
    }

    @Test
    void everyCheckpointIsAnnouncedOnceItIsDurable() throws IOException {
        checkpointEvery = "everySteps: 4";
        answerSnapshots(dualStep -> 0.5 * dualStep);
        trainToTheEnd(lockstep());

        List<KeptCheckpoint> announced = written(RunStatus.class).stream()
                .map(RunStatus::getCheckpoint)
                .distinct()
                .toList();
        assertEquals(
                List.of(0L, 4L, 8L, 12L),
                announced.stream().map(KeptCheckpoint::getStep).toList());
        for (KeptCheckpoint kept : announced.subList(1, 4)) {
            artifacts.verified(kept.getArtifact(), "state.safetensors");
        }
        assertThrows(IOException.class, () -> artifacts.open(announced.get(0).getArtifact()), "3 are kept");
        Checkpoint last = newestCheckpoint();
        assertEquals(Map.of("a", new Checkpoint.AppliedMultiplier(1.0, 1)), last.multipliers());
        assertEquals(READ, last.read());
        assertEquals(new Checkpoint.RandomPosition(3, 13), last.random());
    }

    @Test
    void aCheckpointIsDueAfterSoManyMinutesOfAClockThatNobodySets() {
        checkpointEvery = "everySteps: 1000, everyMinutes: 2";
        AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1);
        nanos = now::get;
        answerSnapshots(dualStep -> 0.5 * dualStep);
        RunSpec spec = lockstep();
        submit(spec);
        train(spec, fromTheStart(spec), step -> {
            now.addAndGet(Duration.ofSeconds(50).toNanos());
            return RunControl.Wish.GO_ON;
        });
        List<Long> kept = written(RunStatus.class).stream()
                .map(status -> status.getCheckpoint().getStep())
                .distinct()
                .toList();
        assertEquals(List.of(0L, 3L, 6L, 9L, 12L), kept);
    }

    /** Loss and gradient of the step are finite; what AdamW makes of them is not. */
    @ParameterizedTest
    @ValueSource(strings = {"everySteps: 1", "everySteps: 1000"})
    void weightsThatOverflowAreNeitherKeptNorAnnounced(String every) throws IOException {
        learningRate = "10";
        checkpointEvery = every;
        answerSnapshots(dualStep -> 0.5);
        RunSpec spec = lockstep();
        submit(spec);
        ModelState begin = fromTheStart(spec).state();
        float[] huge = new float[(int) begin.weights().size()];
        Arrays.fill(huge, 1e38f);
        ModelState state = new ModelState(begin.weights(), HostVector.of(huge), begin.adamVariance(), begin.ema(), 3);
        train(spec, Checkpoint.first(state, spec.seed()), step -> RunControl.Wish.GO_ON);

        assertEquals(4, written(GradientSummary.class).get(0).getStep(), "that step was done");
        assertEquals(RunPhase.FAILED, lastStatus().getPhase());
        assertEquals(3, lastStatus().getStep());
        assertEquals(3, lastStatus().getCheckpoint().getStep());
        assertArrayEquals(
                begin.weights().toFloats(), newestCheckpoint().state().weights().toFloats());
        assertEquals(List.of(), written(ModelSnapshot.class));
        assertEquals(
                "the weights after step 4 are not finite; the checkpoint of step 3 stands",
                written(Alert.class).get(0).getMessage());
    }

    @Test
    void theLargestLearningRateLeavesNothingThatIsNotFinite() throws IOException {
        learningRate = "10";
        checkpointEvery = "everySteps: 1";
        answerSnapshots(dualStep -> 0.5);
        trainToTheEnd(lockstep());

        assertTrue(newestCheckpoint().state().isFinite());
        for (GradientSummary summary : written(GradientSummary.class)) {
            assertTrue(Double.isFinite(summary.getLagrangianLoss()));
        }
    }

    private static LossEstimate estimate(String constraint, int version, long step) {
        return RecordBuilders.estimate("r", constraint, step)
                .setConstraintVersion(version)
                .setEvaluator("denoising-loss")
                .build();
    }

    /** Waits at step 4 for longer than an alert needs, then stops. */
    private void waitInVain(RunSpec spec, int waitsAt) {
        submit(spec);
        AtomicLong now = new AtomicLong();
        nanos = now::get;
        int[] asked = {0};
        train(spec, fromTheStart(spec), step -> {
            if (step == waitsAt) {
                asked[0]++;
                now.addAndGet(Duration.ofSeconds(31).toNanos());
            }
            return asked[0] == 5 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON;
        });
    }

    private RunStatus waiting() {
        return written(RunStatus.class).stream()
                .filter(status -> status.getPhase() == RunPhase.WAITING_FOR_MULTIPLIERS)
                .findFirst()
                .orElseThrow();
    }

    private static final String TWO_MORE = """
            }
              - {id: b, threshold: 0.01, data: {classes: {0: {}}}, evaluationSamples: 16}
              - {id: c, threshold: 0.01, data: {classes: {0: {}}}, evaluationSamples: 16""";

    @Test
    void aWaitNamesTheConstraintsWhoseEstimatesAreMissingAndAlertsOnce() {
        estimates.add(estimate("a", 1, 4));
        estimates.add(estimate("b", 1, 0));
        waitInVain(spec("mode: LOCKSTEP", TWO_MORE), 4);

        String expected = "step 4 waits for the estimates of 'b', 'c' by denoising-loss";
        assertEquals(expected, waiting().getMessage());
        assertEquals(4, waiting().getStep());
        List<Alert> alerts = written(Alert.class);
        assertEquals(1, alerts.size());
        assertEquals(AlertKind.EVALUATOR_SILENT, alerts.get(0).getKind());
        assertEquals(expected, alerts.get(0).getMessage());
        assertTrue(alerts.get(0).getRemedy().startsWith("start the evaluators denoising-loss"));
        assertEquals(
                List.of(4L, 4L, 4L),
                rawSteps(),
                "announced again after one minute and after two, for an evaluator that missed it");
    }

    /** "Start the evaluators", or the dual updater, whose records the trainer could not read. */
    @Test
    void aTrainerThatCannotReadBlamesNobodyElse() {
        obstacle = Optional.of("waits for the schema registry");
        waitInVain(lockstep(), 4);

        String expected = "step 4 waits for what its trainer cannot read: waits for the schema registry";
        assertEquals(expected, waiting().getMessage());
        List<Alert> alerts = written(Alert.class);
        assertEquals(1, alerts.size(), alerts::toString);
        assertEquals(AlertKind.OTHER, alerts.get(0).getKind());
        assertEquals(expected, alerts.get(0).getMessage());
        assertTrue(
                alerts.get(0).getRemedy().contains("saddle.registry.url"),
                alerts.get(0).getRemedy());
    }

    @Test
    void whoIsSilentOnceTheTrainerReadsAgainIsToldOfToo() {
        submit(lockstep());
        AtomicLong now = new AtomicLong();
        nanos = now::get;
        obstacle = Optional.of("waits for the schema registry");
        int[] asked = {0};
        train(lockstep(), fromTheStart(lockstep()), step -> {
            if (step == 4) {
                now.addAndGet(Duration.ofSeconds(31).toNanos());
                if (++asked[0] == 4) {
                    obstacle = Optional.empty();
                }
                if (asked[0] == 6) {
                    assertEquals(1, written(Alert.class).size(), "the evaluator has its minute, too");
                }
            }
            return asked[0] == 14 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON;
        });
        assertEquals(
                List.of(AlertKind.OTHER, AlertKind.EVALUATOR_SILENT),
                written(Alert.class).stream().map(Alert::getKind).toList());
    }

    /** "Start the evaluators", in the second in which the snapshot could be written at last. */
    @Test
    void nobodyIsBlamedForASnapshotThatIsNotWrittenYet() {
        CompletableFuture<Void> written = new CompletableFuture<>();
        journal.holdingFiles(written);
        assertNobodyIsBlamedBefore(written);
    }

    /** "Start the evaluators", which Kafka did not let speak. */
    @Test
    void nobodyIsBlamedWhileKafkaDoesNotAnswer() {
        CompletableFuture<Void> back = new CompletableFuture<>();
        journal.answering(record -> {
            if (record instanceof ModelSnapshot) {
                journal.holding(back);
            }
        });
        assertNobodyIsBlamedBefore(back);
    }

    private void assertNobodyIsBlamedBefore(CompletableFuture<Void> thatIsDone) {
        submit(lockstep());
        AtomicLong now = new AtomicLong();
        nanos = now::get;
        int[] asked = {0};
        train(lockstep(), fromTheStart(lockstep()), step -> {
            if (step == 4) {
                now.addAndGet(Duration.ofSeconds(31).toNanos());
                if (++asked[0] == 5) {
                    assertEquals(List.of(), written(Alert.class));
                    thatIsDone.complete(null);
                }
            }
            return asked[0] == 9 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON;
        });
        assertEquals(1, written(Alert.class).size());
        assertEquals(AlertKind.EVALUATOR_SILENT, written(Alert.class).get(0).getKind());
    }

    @Test
    void aWaitForTheDualUpdaterIsToldFromOneForEvaluators() {
        estimates.add(estimate("a", 1, 4));
        waitInVain(lockstep(), 4);
        assertEquals(
                "step 4 waits for the dual updater: every estimate is there",
                waiting().getMessage());
        assertEquals(AlertKind.STALE_MULTIPLIERS, written(Alert.class).get(0).getKind());
    }

    /** The evaluator was started after the first alert, and then nothing was ever said of the dual updater. */
    @Test
    void whatHoldsAWaitUpAfterwardsIsToldOfToo() {
        submit(lockstep());
        AtomicLong now = new AtomicLong();
        nanos = now::get;
        int[] asked = {0};
        train(lockstep(), fromTheStart(lockstep()), step -> {
            if (step == 4) {
                now.addAndGet(Duration.ofSeconds(31).toNanos());
                if (++asked[0] == 4) {
                    estimates.add(estimate("a", 1, 4));
                }
                if (asked[0] == 6) {
                    assertEquals(1, written(Alert.class).size(), "the dual updater has its minute, too");
                }
            }
            return asked[0] == 14 ? RunControl.Wish.STOP : RunControl.Wish.GO_ON;
        });
        assertEquals(
                List.of(AlertKind.EVALUATOR_SILENT, AlertKind.STALE_MULTIPLIERS),
                written(Alert.class).stream().map(Alert::getKind).toList());
    }

    @Test
    void asyncSaysThatItWaitsBecauseItsMultipliersAreTooOld() {
        waitInVain(spec("mode: ASYNC, maxStaleSteps: 6", ""), 7);
        String expected = "the multipliers are 7 steps old, dual.maxStaleSteps allows 6; "
                + "step 7 waits for the estimates of 'a' by denoising-loss";
        assertEquals(expected, waiting().getMessage());
        assertEquals(7, waiting().getStep());
        assertEquals(expected, written(Alert.class).get(0).getMessage());
    }

    private void redefine(String id, ConstraintState state) {
        ConstraintDefinition known = tables.constraint("r", "a").orElseThrow();
        tables.put(ConstraintDefinition.newBuilder(known)
                .setConstraintId(id)
                .setVersion(id.equals("a") ? known.getVersion() + 1 : 1)
                .setState(state)
                .setInitialMultiplier(id.equals("a") ? 0 : 3)
                .build());
    }

    /** Trains anew from the start, with what is on the topics now known from the beginning. */
    private ModelState doneAgain(RunSpec spec, MultiplierUpdate... made) throws IOException {
        log = new MultiplierLog(Vectors.initial());
        Stream.of(made).forEach(update -> log.add(update, 0));
        journal.answering(record -> {});
        artifacts = new FileArtifactStore(root.resolve("again"));
        train(spec, fromTheStart(spec), step -> RunControl.Wish.GO_ON);
        return newestCheckpoint().state();
    }

    @Test
    void stepsBeforeAConstraintWasRetiredAreTheSameWhenTheyAreDoneAgain() throws IOException {
        RunSpec spec = lockstep();
        submit(spec);
        answerSnapshots(dualStep -> 0.5 * dualStep);
        train(spec, fromTheStart(spec), step -> {
            if (step == 6 && tables.active("r").size() == 1) {
                redefine("a", ConstraintState.RETIRED);
            }
            return RunControl.Wish.GO_ON;
        });
        assertEquals(
                List.of(0L, 1L, 1L),
                Stream.of(3, 7, 11)
                        .map(i -> written(GradientSummary.class).get(i).getDualStep())
                        .toList());
        assertEquals(
                2, written(GradientSummary.class).get(7).getSources().size(), "in force until the next dual point");
        assertEquals(1, written(GradientSummary.class).get(8).getSources().size());
        ModelState first = newestCheckpoint().state();

        ModelState again = doneAgain(spec, Vectors.update(1, 4, 0.5));

        assertArrayEquals(first.weights().toFloats(), again.weights().toFloats());
        assertArrayEquals(first.ema().toFloats(), again.ema().toFloats());
    }

    @Test
    void aVectorThatComesAfterItsConstraintWasRetiredAtTheDualPointIsPassedOverWhenStepsAreDoneAgainToo()
            throws IOException {
        RunSpec spec = lockstep();
        submit(spec);
        Checkpoint[] afterKill = new Checkpoint[1];
        int[] asked = {0};
        train(spec, fromTheStart(spec), step -> {
            if (step == 4 && ++asked[0] == 2) {
                // While its estimate is under way, for which the dual updater makes a vector all the same.
                redefine("a", ConstraintState.RETIRED);
            }
            if (step == 6) {
                log.add(Vectors.update(1, 4, 0.5), 0);
                afterKill[0] = unchecked(this::newestCheckpoint);
            }
            return RunControl.Wish.GO_ON;
        });
        List<GradientSummary> summaries = written(GradientSummary.class);
        assertEquals(
                Set.of(0L),
                summaries.stream().map(GradientSummary::getDualStep).collect(Collectors.toSet()),
                "never in mid-interval");
        assertEquals(1, summaries.get(4).getSources().size());
        ModelState first = newestCheckpoint().state();

        train(spec, afterKill[0], step -> RunControl.Wish.GO_ON);

        assertArrayEquals(
                first.weights().toFloats(), newestCheckpoint().state().weights().toFloats());
        assertArrayEquals(
                first.ema().toFloats(), newestCheckpoint().state().ema().toFloats());
    }

    @Test
    void noStepOfAPassedOverDualPointIsSeenBeforeTheCheckpointThatDecidesIt() {
        RunSpec spec = lockstep();
        submit(spec);
        int[] asked = {0};
        boolean[] decided = {false};
        journal.answering(record -> {
            decided[0] |= record instanceof RunStatus status
                    && status.getCheckpoint() != null
                    && status.getCheckpoint().getStep() == 5;
            if (record instanceof GradientSummary summary && summary.getStep() == 5) {
                assertTrue(decided[0]);
            }
        });
        train(spec, fromTheStart(spec), step -> {
            if (step == 4 && ++asked[0] == 2) {
                redefine("a", ConstraintState.RETIRED);
            }
            return RunControl.Wish.GO_ON;
        });
        List<Long> kept = written(RunStatus.class).stream()
                .map(status -> status.getCheckpoint().getStep())
                .distinct()
                .toList();
        assertEquals(List.of(0L, 5L, 12L), kept, "at step 8 nothing was announced that could bring a vector");
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T unchecked(Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aConstraintThatIsAddedIsTrainedOnFromItsFirstDualStepOnAndDoneAgainLikewise() throws IOException {
        RunSpec spec = lockstep();
        submit(spec);
        journal.answering(record -> {
            if (record instanceof ModelSnapshot snapshot && snapshot.getWeights() == SnapshotWeights.RAW) {
                long next = snapshot.getDualStep() + 1;
                Map<String, Double> multipliers = new HashMap<>();
                snapshot.getConstraintVersions().keySet().forEach(id -> multipliers.put(id, 0.5 * next));
                log.add(Vectors.update(next, snapshot.getStep(), multipliers), 0);
            }
        });
        train(spec, fromTheStart(spec), step -> {
            if (step == 6 && tables.active("r").size() == 1) {
                redefine("b", ConstraintState.ACTIVE);
            }
            return RunControl.Wish.GO_ON;
        });
        List<GradientSummary> summaries = written(GradientSummary.class);
        assertEquals(2, summaries.get(7).getSources().size());
        assertEquals(3, summaries.get(8).getSources().size());
        assertEquals(1.0, summaries.get(8).getSources().get(2).getMultiplier());
        ModelState first = newestCheckpoint().state();

        ModelState again = doneAgain(spec, Vectors.update(1, 4, 0.5), Vectors.update(2, 8, Map.of("a", 1.0, "b", 1.0)));

        assertArrayEquals(first.weights().toFloats(), again.weights().toFloats());
        assertArrayEquals(first.ema().toFloats(), again.ema().toFloats());
    }

    /** Whoever took the run up waited at the checkpoint for the constraint's multiplier, and trained other steps than had been seen. */
    @Test
    void stepsBeforeTheFirstConstraintCameAreTheSameWhenTheyAreDoneAgain() throws IOException {
        checkpointEvery = "everySteps: 4";
        RunSpec spec = lockstep();
        submit(spec);
        redefine("a", ConstraintState.RETIRED);
        Checkpoint[] atFour = new Checkpoint[1];
        StepsBefore[] toldAtSix = new StepsBefore[1];
        train(spec, fromTheStart(spec), step -> {
            if (step == 4) {
                atFour[0] = unchecked(this::newestCheckpoint);
            }
            if (step == 5) {
                toldAtSix[0] =
                        new StepsBefore(lastStatus().getStep(), lastStatus().getDualStep());
            }
            if (step == 6 && tables.active("r").isEmpty()) {
                redefine("b", ConstraintState.ACTIVE);
                answerSnapshotsOfB();
            }
            return RunControl.Wish.GO_ON;
        });
        List<GradientSummary> first = written(GradientSummary.class);
        assertEquals(new StepsBefore(5, 0), toldAtSix[0], "told at once, however short ago the last status was");
        assertEquals(List.of(8L), rawSteps());
        ModelState undisturbed = newestCheckpoint().state();

        said = toldAtSix[0];
        artifacts = new FileArtifactStore(root.resolve("again"));
        log = new MultiplierLog(Vectors.initial());
        train(spec, atFour[0], step -> RunControl.Wish.GO_ON);

        List<GradientSummary> all = written(GradientSummary.class);
        assertEquals(
                first.subList(4, 12).stream().map(GradientSummary::getDualStep).toList(),
                all.subList(12, 20).stream().map(GradientSummary::getDualStep).toList());
        assertArrayEquals(
                undisturbed.weights().toFloats(),
                newestCheckpoint().state().weights().toFloats());
    }

    private void answerSnapshotsOfB() {
        journal.answering(record -> {
            if (record instanceof ModelSnapshot snapshot && snapshot.getWeights() == SnapshotWeights.RAW) {
                log.add(Vectors.update(snapshot.getStep() / 4, snapshot.getStep(), Map.of("b", 0.5)), 0);
            }
        });
    }

    @Test
    void anAsyncRunThatWaitsGoesOnOnceWhatItWaitsForIsRetired() {
        RunSpec spec = spec("mode: ASYNC, maxStaleSteps: 6", TWO_MORE);
        submit(spec);
        // Nobody ever measures b and c.
        answerSnapshots(dualStep -> 0.5 * dualStep);
        boolean[] retired = {false};
        train(spec, fromTheStart(spec), step -> {
            if (step == 7 && !retired[0]) {
                retired[0] = true;
                for (String id : List.of("b", "c")) {
                    ConstraintDefinition known = tables.constraint("r", id).orElseThrow();
                    tables.put(ConstraintDefinition.newBuilder(known)
                            .setVersion(2)
                            .setState(ConstraintState.RETIRED)
                            .build());
                }
            }
            return RunControl.Wish.GO_ON;
        });
        assertEquals(RunPhase.COMPLETED, lastStatus().getPhase());
    }

    @Test
    void anAsyncRunThatWaitsAnnouncesItsStepForADefinitionThatCameMeanwhile() {
        RunSpec spec = spec("mode: ASYNC, maxStaleSteps: 6", "");
        submit(spec);
        journal.answering(record -> {
            // The evaluator that version 2 names is there, the one before is not.
            if (record instanceof ModelSnapshot snapshot
                    && snapshot.getConstraintVersions().getOrDefault("a", 0) == 2) {
                log.add(Vectors.update(snapshot.getDualStep() + 1, snapshot.getStep(), 0.5), 0);
            }
        });
        train(spec, fromTheStart(spec), step -> {
            if (step == 7 && tables.constraint("r", "a").orElseThrow().getVersion() == 1) {
                redefine("a", ConstraintState.ACTIVE);
            }
            return RunControl.Wish.GO_ON;
        });
        assertEquals(RunPhase.COMPLETED, lastStatus().getPhase());
        assertTrue(rawSteps().contains(7L), rawSteps().toString());
    }

    @Test
    void aLossOfTheTrainingBatchesThatIsAnnouncedAgainIsTheSame() {
        waitInVain(spec("mode: LOCKSTEP", ", evaluator: minibatch-loss, initialMultiplier: 1"), 4);

        List<LossEstimate> announced = written(LossEstimate.class);
        assertEquals(3, announced.size());
        for (LossEstimate again : announced) {
            assertEquals(announced.get(0).getLoss(), again.getLoss());
            assertEquals(announced.get(0).getSamples(), again.getSamples());
        }
    }
}
