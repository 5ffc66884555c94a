package io.saddle.primaltrainer.loop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.saddle.artifact.ArtifactStore;
import io.saddle.artifact.file.FileArtifactStore;
import io.saddle.diffusion.files.DiffusersPipelineFolder;
import io.saddle.diffusion.training.ModelState;
import io.saddle.kafka.DeadLetters;
import io.saddle.kafka.SharedCluster;
import io.saddle.model.DiffusersModels;
import io.saddle.model.RunModel;
import io.saddle.model.SelectedData;
import io.saddle.model.StepFolder;
import io.saddle.primaltrainer.checkpoint.Checkpoint;
import io.saddle.primaltrainer.checkpoint.CheckpointStore;
import io.saddle.primaltrainer.checkpoint.ReadPosition;
import io.saddle.primaltrainer.checkpoint.StepFolders;
import io.saddle.primaltrainer.descent.TrainerEnvironment;
import io.saddle.primaltrainer.multipliers.Vectors;
import io.saddle.primaltrainer.ownership.RunStatusTable;
import io.saddle.primaltrainer.ownership.RunTraining;
import io.saddle.primaltrainer.progress.TrainerDeaths;
import io.saddle.run.RunTables;
import io.saddle.run.spec.RunSpec;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.Alert;
import io.saddle.schema.AlertKind;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.ModelSnapshot;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.schema.PretrainedModel;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.Severity;
import io.saddle.schema.SnapshotWeights;
import io.saddle.schema.TrainingRun;
import io.saddle.service.AlertLog;
import io.saddle.service.MemoryLimit;
import io.saddle.stack.testing.RecordBuilders;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Trainers of one run, one after the other, over a real broker. */
class RunTrainerTest {

    private static final long PATIENCE_MILLIS = Duration.ofMinutes(1).toMillis();

    private String run = "trainer-" + UUID.randomUUID();
    private final RunTables tables = new RunTables();
    private RunStatusTable statuses = new RunStatusTable();
    private final AlertLog alerts = new AlertLog("primal-trainer", Clock.systemUTC());

    @TempDir
    Path folder;

    private Path data;
    private ArtifactStore artifacts;

    @BeforeEach
    void prepare() throws IOException {
        data = Files.createDirectory(folder.resolve("data"));
        TinyImages.write(data);
        artifacts = new FileArtifactStore(folder.resolve("artifacts"));
    }

    /** A run without constraints, of two steps. */
    private RunSpec submit(String device, String more) {
        String yaml = """
                name: %s
                seed: 3
                data: {images: %s, labels: %s}
                model:
                  unet: {sample_size: 8, block_out_channels: [8], layers_per_block: 1, norm_num_groups: 8,
                         down_block_types: [DownBlock2D], up_block_types: [UpBlock2D], attention_head_dim: null,
                         add_attention: false}
                training: {steps: %s, batchSize: 8, warmupSteps: 0, device: %s}
                evaluation: {every: %s}
                %s
                """.formatted(run, data.resolve("images"), data.resolve("labels"), steps, device, every, more);
        RunSpecParser parser = new RunSpecParser(DiffusersModels.anywhere());
        RunSpec spec = parser.parse("run.yaml", yaml);
        Submission submission = new Submissions(parser, Clock.systemUTC()).submission(spec, "test");
        submission.constraints().forEach(tables::put);
        tables.put(submission.run());
        return spec;
    }

    private void want(DesiredState state) {
        TrainingRun now = tables.run(run).orElseThrow();
        tables.put(TrainingRun.newBuilder(now)
                .setRevision(now.getRevision() + 1)
                .setDesiredState(state)
                .build());
    }

    /** Has a trainer of its own try the run, and reads the status that it leaves. */
    private RunTraining.End train() throws InterruptedException {
        RunTrainer trainer = new RunTrainer(environment(), tables.run(run).orElseThrow());
        trainer.start();
        trainer.join(PATIENCE_MILLIS);
        assertTrue(!trainer.isAlive(), "still trains");
        said().forEach(statuses::put);
        return trainer.end();
    }

    private MemoryLimit memory = new MemoryLimit(Long.MAX_VALUE);
    /** What is waited half a minute for comes sooner. */
    private volatile int faster = 1;

    private int steps = 2;

    private int every;

    private int threads = 1;

    private TrainerEnvironment environment() {
        return new TrainerEnvironment(
                SharedCluster.settings(),
                SharedCluster.serdes(),
                new DeadLetters(SharedCluster.producer(), "primal-trainer"),
                tables,
                statuses,
                artifacts,
                new SelectedData(),
                DiffusersModels.anywhere(),
                Clock.systemUTC(),
                () -> System.nanoTime() * faster,
                alerts,
                "worker",
                "build",
                threads,
                memory);
    }

    private List<RunStatus> said() {
        return SharedCluster.values(Topics.RUN_STATUS, run);
    }

    private RunStatus lastSaid() {
        List<RunStatus> all = said();
        return all.get(all.size() - 1);
    }

    private List<Alert> alerts() {
        return SharedCluster.values(Topics.ALERTS, run);
    }

    @Test
    void aRunWhoseDataCannotBeReadIsQueuedWithTheReasonAndOneAlertAndGoesOnWhenItIsThere() throws Exception {
        submit("cpu", "");
        Files.move(data, folder.resolve("elsewhere"));

        assertEquals(RunTraining.End.FAILED, train(), "worth another try, not at once");
        train();
        train();

        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(lastSaid().getMessage().contains(data.toString()), lastSaid().getMessage());
        assertEquals(1, alerts().size(), alerts().toString());

        Files.move(folder.resolve("elsewhere"), data);
        assertEquals(RunTraining.End.ORDERLY, train());
        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
    }

    @Test
    void aRunWhoseDataCannotBeReadIsStoppedAndPaused() throws Exception {
        submit("cpu", "");
        Files.move(data, folder.resolve("elsewhere"));
        train();
        want(DesiredState.PAUSED);
        assertEquals(RunTraining.End.ORDERLY, train());
        assertEquals(RunPhase.PAUSED, lastSaid().getPhase());
        want(DesiredState.STOPPED);
        assertEquals(RunTraining.End.ORDERLY, train());
        assertEquals(RunPhase.STOPPED, lastSaid().getPhase());
    }

    /** Neither data nor a device is needed for that. */
    @Test
    void aPausedRunWhoseDataHasGoneStillAnnouncesItsFinalModelWhenItIsStopped() throws Exception {
        submit("cpu", "");
        train();
        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
        Files.move(data, folder.resolve("elsewhere"));
        // Any of them may be the best.
        for (int owner = 1; owner <= 5; owner++) {
            StepFolders judged = new StepFolders(artifacts, run, "snapshots/ema/", owner, 1);
            artifacts.putFolder(run, judged.name(1), to -> Files.writeString(to.resolve("weights"), "any"), "weights");
        }
        want(DesiredState.STOPPED);

        train();

        assertEquals(RunPhase.STOPPED, lastSaid().getPhase());
        assertEquals(2, lastSaid().getStep());
        assertEquals(7, artifacts.list(run, "snapshots/ema/").size(), "none went");
        List<ModelSnapshot> last = SharedCluster.values(Topics.SNAPSHOTS, run).stream()
                .filter(ModelSnapshot::getLast)
                .toList();
        assertEquals(2, last.size(), "of the one that completed it, and of the one that stopped it");
        assertEquals(SnapshotWeights.EMA, last.get(1).getWeights());
        artifacts.verified(last.get(1).getArtifact());
    }

    @Test
    void aRunForAGpuThatThisMachineLacksIsQueuedForOneThatHasIt() throws Exception {
        submit("cuda:99", "");
        assertEquals(RunTraining.End.FAILED, train());
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(lastSaid().getMessage().contains("cuda:99"), lastSaid().getMessage());
        assertEquals(1, alerts().size());
        want(DesiredState.STOPPED);
        train();
        assertEquals(RunPhase.STOPPED, lastSaid().getPhase());
    }

    @Test
    void aRunWhoseDataHasTooFewImagesHasFailed() throws Exception {
        submit("cpu", "");
        TrainingRun asked = tables.run(run).orElseThrow();
        ObjectNode spec = (ObjectNode) new ObjectMapper().readTree(asked.getSpec());
        ((ObjectNode) spec.get("data")).putObject("classes").putObject("0").put("count", 100_000);
        tables.put(TrainingRun.newBuilder(asked).setSpec(spec.toString()).build());
        assertEquals(RunTraining.End.ORDERLY, train());
        assertEquals(RunPhase.FAILED, lastSaid().getPhase());
        assertTrue(lastSaid().getMessage().contains("100000"), lastSaid().getMessage());
    }

    @Test
    void aTrainerWithoutThreadsDoesNotStart() {
        threads = 0;
        String refused =
                assertThrows(IllegalArgumentException.class, this::environment).getMessage();
        assertEquals("saddle.trainer.threads must be >= 1, was 0", refused);
    }

    /** One GPU that is there is not enough. */
    @ParameterizedTest
    @ValueSource(strings = {"[cuda:0, cuda:99]", "[cuda:99, cuda:98]"})
    void aRunForSeveralGpusOfWhichThisMachineLacksOneIsQueued(String devices) throws Exception {
        submit(devices, "");
        assertEquals(RunTraining.End.FAILED, train());
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(
                lastSaid().getMessage().contains("there is no cuda:"),
                lastSaid().getMessage());
    }

    /** What a trainer with two threads makes of it on one device, its final model to the last bit. */
    @Test
    void aRunOnSeveralDevicesEndsWithTheModelOfOne() throws Exception {
        threads = 2;
        submit("cpu", "");
        assertEquals(RunTraining.End.ORDERLY, train());
        String expected = finalModel();

        run = "trainer-" + UUID.randomUUID();
        submit("[cpu, cpu]", "");
        assertEquals(RunTraining.End.ORDERLY, train());

        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
        assertEquals(expected, finalModel());

        run = "trainer-" + UUID.randomUUID();
        threads = 1;
        submit("cpu", "");
        train();
        assertNotEquals(expected, finalModel(), "another number of threads sums in another order");
    }

    private String finalModel() {
        return SharedCluster.<ModelSnapshot>values(Topics.SNAPSHOTS, run).stream()
                .filter(ModelSnapshot::getLast)
                .map(snapshot -> snapshot.getArtifact().getSha256())
                .reduce((first, last) -> last)
                .orElseThrow();
    }

    @Test
    void aRunThatThisTrainerCannotHoldIsQueuedForOneThatCan() throws Exception {
        submit("cpu", "");
        memory = new MemoryLimit(1 << 20);
        assertEquals(RunTraining.End.FAILED, train());
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(
                lastSaid().getMessage().contains("saddle.memory.limit"),
                lastSaid().getMessage());
        assertEquals(1, alerts().size());

        memory = new MemoryLimit(Long.MAX_VALUE);
        train();
        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
    }

    /** What a trainer that held the run said last before it ended without a word. */
    private void died(int deathsBefore) throws Exception {
        RunStatus held = RunStatus.newBuilder()
                .setRunId(run)
                .setPhase(RunPhase.STARTING)
                .setStep(0)
                .setTotalSteps(2)
                .setDualStep(0)
                .setWorker("dead")
                .setMessage("loading data and the newest checkpoint")
                .setUpdatedAt(Instant.now())
                .setDeaths(deathsBefore)
                .build();
        statuses.put(held);
    }

    @Test
    void oneTrainerThatDiedIsPutDownToChance() throws Exception {
        submit("cpu", "");
        died(0);
        train();
        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
        assertEquals(1, said().get(0).getDeaths());
        assertEquals(0, lastSaid().getDeaths(), "it has got further");
    }

    @Test
    void aRunThatEndedTwoTrainersIsSetAsideAndTriedAgainLater() throws Exception {
        submit("cpu", "");
        died(1);
        Instant before = Instant.now();
        assertEquals(RunTraining.End.ORDERLY, train());
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertEquals(2, lastSaid().getDeaths());
        assertFalse(
                lastSaid().getNotBefore().isBefore(before.plusSeconds(59)),
                lastSaid().toString());
        assertTrue(
                lastSaid().getMessage().startsWith("2 trainers ended without a word"),
                lastSaid().getMessage());
        assertEquals(1, alerts().size());

        train();
        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
        assertNull(lastSaid().getNotBefore());
    }

    @Test
    void aRunWhoseInitialModelIsAwayForAMomentGoesOnWhenItIsBack() throws Exception {
        RunSpec spec = submit("cpu", "");
        Path model = folder.resolve("model");
        RunModel shape = RunModel.of(spec);
        new DiffusersPipelineFolder(
                        shape.network(),
                        shape.schedule(),
                        shape.prediction(),
                        io.saddle.diffusion.network.UNet2D.layout(shape.network())
                                .initialValues(5))
                .write(model);
        submit("cpu", "initialModel: " + model);
        Files.move(model, folder.resolve("away"));

        assertEquals(RunTraining.End.FAILED, train());
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());

        Files.move(folder.resolve("away"), model);
        train();
        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
    }

    /** A fork waited for the seat of its parent, which trained on and removed the model: then it waited for ever. */
    @Test
    void whatOtherRunsNameOfThisOneOutlivesItsSuccessors() throws Exception {
        steps = 7;
        every = 1;
        submit("cpu", "checkpoints: {everySteps: 1, keep: 1}");
        String address = "run:" + run + "@";
        tables.put(RecordBuilders.run("fork-" + run)
                .setSpec("{\"initialModel\": {\"folder\": \"" + address + "2\", \"checkpoint\": \"a5\"}}")
                .build());
        Submission student = new Submissions(new RunSpecParser(), Clock.systemUTC())
                .submission(
                        new RunSpecParser()
                                .parse(
                                        "run.yaml",
                                        "{name: student-" + run
                                                + ", constraints: [{id: near, threshold: 1, data: {}}]}"),
                        "test");
        tables.put(ConstraintDefinition.newBuilder(student.constraints().get(0))
                .setModel(new PretrainedModel(address + "3", "a5"))
                .build());
        tables.put(student.run());
        tables.put(RecordBuilders.run("ended-" + run)
                .setSpec("{\"initialModel\": {\"folder\": \"" + address + "6\"}}")
                .build());
        statuses.put(RecordBuilders.status("ended-" + run, RunPhase.COMPLETED).build());
        // The run's own: one that is to come into force, and one that its checkpoints' multipliers may name.
        tables.put(ofThisRun(student, "shadow", ConstraintState.SHADOW, address + "4"));
        tables.put(ofThisRun(student, "retired", ConstraintState.RETIRED, address + "1"));

        assertEquals(RunTraining.End.ORDERLY, train());
        assertEquals(Set.of(1L, 2L, 3L, 4L, 7L), steps("snapshots/ema/"));
        assertEquals(Set.of(2L, 7L), steps("checkpoints/"));
    }

    private ConstraintDefinition ofThisRun(Submission like, String id, ConstraintState state, String teacher) {
        return ConstraintDefinition.newBuilder(like.constraints().get(0))
                .setRunId(run)
                .setConstraintId(id)
                .setState(state)
                .setModel(new PretrainedModel(teacher, "a5"))
                .build();
    }

    private Set<Long> steps(String group) throws IOException {
        return artifacts.list(run, group).stream()
                .flatMap(name -> StepFolder.of(name).stream())
                .map(StepFolder::step)
                .collect(Collectors.toSet());
    }

    /** Leaves a checkpoint of the run's first weights as one of step 1. */
    private void keepStepOne(RunSpec spec, Function<ModelState, Checkpoint> checkpoint) throws IOException {
        ModelState first = ModelState.initial(RunModel.of(spec).network(), spec.seed());
        new CheckpointStore(artifacts, run, 1, 3)
                .write(checkpoint.apply(
                        new ModelState(first.weights(), first.adamMean(), first.adamVariance(), first.ema(), 1)));
        first.close();
    }

    private void lose(String group) throws IOException {
        for (String name : artifacts.list(run, group)) {
            artifacts.delete(run, name);
        }
    }

    /** It trained on without any constraint, up to the next dual point, and said nothing. */
    @Test
    void aRunWhoseCheckpointWasMadeWithMultipliersThatAreLostSaysSoAndTakesNoStep() throws Exception {
        RunSpec spec = submit("cpu", "");
        Checkpoint.RandomPosition random = new Checkpoint.RandomPosition(spec.seed(), 2);
        keepStepOne(
                spec, state -> new Checkpoint(state, 3, Map.of(), List.of(), Map.of(), ReadPosition.NEW, random, null));

        assertEquals(RunTraining.End.FAILED, train(), "worth another try: somebody may restore them");

        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(
                lastSaid().getMessage().contains("multipliers of dual step 3"),
                lastSaid().getMessage());
        assertEquals(List.of(), SharedCluster.values(Topics.GRADIENT_SUMMARIES, run));
    }

    /** It went back over a thousand steps without a word. */
    @Test
    void aRunWhoseNewestCheckpointHasGoneSaysFromWhichStepItGoesOnAndDoesSo() throws Exception {
        RunSpec spec = submit("cpu", "");
        train();
        lose("checkpoints/");
        keepStepOne(spec, state -> Checkpoint.first(state, spec.seed()));

        assertEquals(RunTraining.End.ORDERLY, train());

        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
        assertEquals(1, alerts().size(), alerts().toString());
        assertEquals(AlertKind.DAMAGED_ARTIFACT, alerts().get(0).getKind());
        String message = alerts().get(0).getMessage();
        assertTrue(message.startsWith("the run's checkpoint of step 2, which is on record (file:"), message);
        assertTrue(message.endsWith("it goes on from that of step 1, and step 2 is done again"), message);
    }

    /** Nothing was said of what the final model lacks. */
    @Test
    void aPausedRunWhoseCheckpointHasGoneIsStoppedWithAWordOfIt() throws Exception {
        RunSpec spec = submit("cpu", "");
        train();
        lose("checkpoints/");
        want(DesiredState.STOPPED);
        train();
        String expected =
                "stopped on request; its final model could not be announced: the run has a checkpoint of step 2 on record";
        assertTrue(lastSaid().getMessage().startsWith(expected), lastSaid().getMessage());

        keepStepOne(spec, state -> Checkpoint.first(state, spec.seed()));
        train();
        assertEquals(
                "stopped on request; its final model is of step 1: its checkpoint of step 2 is gone from the artifact store or"
                        + " damaged",
                lastSaid().getMessage());
    }

    /** A new cluster with the old one's store: it trained on from the other run's weights, without a word. */
    @Test
    void filesOfAnotherRunOfTheNameAreNotGoneOnFrom() throws Exception {
        submit("cpu", "");
        train();
        TrainingRun other = tables.run(run).orElseThrow();
        statuses = new RunStatusTable();
        tables.put(TrainingRun.newBuilder(other)
                .setRevision(other.getRevision() + 1)
                .setSubmittedAt(other.getSubmittedAt().plusSeconds(60))
                .build());
        List<String> files = artifacts.list(run, "checkpoints/");

        train();

        assertEquals(RunPhase.FAILED, lastSaid().getPhase());
        String expected = "the run cannot be trained: another run of this name, submitted at " + other.getSubmittedAt()
                + ", has left its files at file:" + folder.resolve("artifacts").resolve(run);
        assertTrue(
                lastSaid().getMessage().replace("///", "/").startsWith(expected),
                lastSaid().getMessage());
        assertEquals(files, artifacts.list(run, "checkpoints/"));

        statuses = new RunStatusTable();
        want(DesiredState.STOPPED);
        train();
        assertTrue(
                lastSaid().getMessage().contains("another run of this name"),
                lastSaid().getMessage());
        assertEquals(1, SharedCluster.values(Topics.SNAPSHOTS, run).size(), "its model is not announced as this one's");
    }

    /** Two consoles may submit a run at once, and the later record stands; a mark may be damaged. */
    @Test
    void filesWithTheCheckpointOnRecordAreTheRunsWhateverTheyBear() throws Exception {
        submit("cpu", "");
        train();
        for (String mark : List.of("2020-01-01T00:00:00Z", "")) {
            artifacts.putFile(run, "submitted.txt", mark.getBytes(StandardCharsets.UTF_8));
            assertEquals(RunTraining.End.ORDERLY, train(), mark);
            assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
        }
        assertEquals(
                tables.run(run).orElseThrow().getSubmittedAt().toString(),
                Files.readString(folder.resolve("artifacts").resolve(run).resolve("submitted.txt")));

        statuses = new RunStatusTable();
        artifacts.putFile(run, "submitted.txt", new byte[0]);
        assertEquals(RunTraining.End.FAILED, train(), "of a damaged one nobody knows whose it is: worth another try");
        assertTrue(
                lastSaid().getMessage().contains("submitted.txt is damaged"),
                lastSaid().getMessage());
    }

    @Test
    void aRunThatNobodyTrainedLeavesNothingInTheStoreWhenItIsStopped() throws Exception {
        submit("cpu", "");
        want(DesiredState.STOPPED);
        train();
        assertEquals(RunPhase.STOPPED, lastSaid().getPhase());
        assertEquals(Map.of(), artifacts.stored());
    }

    private List<ModelSnapshot> iterates() {
        return SharedCluster.values(Topics.SNAPSHOTS, run).stream()
                .filter(snapshot -> snapshot.getWeights() == SnapshotWeights.RAW)
                .toList();
    }

    /** It said for hours that it loaded data, and raised no alert. */
    @Test
    void aRunThatStandsBeforeAnOpenTransactionSaysSoAndGoesOnWhenItHasEnded() throws Exception {
        submit("cpu", "");
        faster = 30;
        int partition = RunPartitioner.partition(run, Topics.MULTIPLIERS.partitions());
        String place = Topics.MULTIPLIERS.name() + "-" + partition;
        Map<String, Object> settings = new HashMap<>(SharedCluster.settings().producer());
        settings.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, run);
        RunTrainer trainer = new RunTrainer(environment(), tables.run(run).orElseThrow());
        try (KafkaProducer<byte[], byte[]> hanging =
                new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
            hanging.initTransactions();
            hanging.beginTransaction();
            hanging.send(new ProducerRecord<>(Topics.MULTIPLIERS.name(), partition, new byte[] {1}, new byte[] {2}))
                    .get();
            trainer.start();
            Awaitility.await().until(() -> !alerts().isEmpty());
            assertEquals(RunPhase.STARTING, lastSaid().getPhase());
            String message = lastSaid().getMessage();
            assertTrue(
                    message.startsWith("reads what other services have said of the run: " + place + " at "), message);
            Alert alert = alerts().get(0);
            assertTrue(alert.getMessage().contains(place), alert.getMessage());
            assertTrue(alert.getMessage().contains("a transaction is open there"), alert.getMessage());
            assertTrue(alert.getRemedy().contains("kafka-transactions.sh"), alert.getRemedy());
            hanging.abortTransaction();
            trainer.join(PATIENCE_MILLIS);
        } finally {
            trainer.requestHandover();
        }
        assertFalse(trainer.isAlive(), "still waits");
        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
    }

    /** A PIPELINED run of twelve steps whose trainer waits, after eight, for what the snapshot of step 4 was judged to be. */
    private RunTrainer waitingForStepFour() {
        steps = 12;
        submit("cpu", """
                dual: {mode: PIPELINED, primalSteps: 4}
                checkpoints: {everySteps: 3, keep: 3}
                constraints:
                  - {id: a, threshold: 0.01, data: {classes: {1: {}}}, evaluationSamples: 16}""");
        RunTrainer trainer = new RunTrainer(environment(), tables.run(run).orElseThrow());
        trainer.start();
        Awaitility.await()
                .until(() -> SharedCluster.values(Topics.GRADIENT_SUMMARIES, run).stream()
                                .anyMatch(summary -> summary.getStep() == 8)
                        && said().stream()
                                .anyMatch(status -> status.getCheckpoint() != null
                                        && status.getCheckpoint().getStep() == 6));
        return trainer;
    }

    /** Answers the snapshot of step 4 when it is there again, and has the trainer end the run. */
    private void answerTheSnapshotMadeAgain(RunTrainer trainer) throws Exception {
        Awaitility.await().until(() -> iterates().size() > 1);
        assertEquals(
                List.of(4L, 4L),
                iterates().stream().limit(2).map(ModelSnapshot::getStep).toList());
        assertEquals(
                iterates().get(0).getArtifact().getSha256(),
                iterates().get(1).getArtifact().getSha256());
        artifacts.verified(iterates().get(1).getArtifact());
        MultiplierUpdate update = Vectors.update(1, 4, 0.5);
        SharedCluster.send(
                Topics.MULTIPLIERS,
                run,
                MultiplierUpdate.newBuilder(update).setRunId(run).build());
        trainer.join(PATIENCE_MILLIS);
        assertFalse(trainer.isAlive(), "still waits");
        assertEquals(RunPhase.COMPLETED, lastSaid().getPhase());
        List<Alert> damaged = alerts().stream()
                .filter(alert -> alert.getKind() == AlertKind.DAMAGED_ARTIFACT)
                .toList();
        assertEquals(1, damaged.size(), damaged::toString);
        assertEquals(
                "the snapshot of step 4 is no longer in the artifact store, and its dual step cannot be made without it: the run"
                        + " goes back to its checkpoint of step 3 and makes it again",
                damaged.get(0).getMessage());
        assertEquals(Severity.WARNING, damaged.get(0).getSeverity());
    }

    /** It waited for somebody to bring the snapshot back. */
    @Test
    void aPipelinedRunWhoseSnapshotIsLostMakesItAgainFromAnEarlierCheckpoint() throws Exception {
        RunTrainer first = waitingForStepFour();
        first.requestHandover();
        first.join(PATIENCE_MILLIS);
        said().forEach(statuses::put);
        assertEquals(8, lastSaid().getCheckpoint().getStep());
        lose("snapshots/raw/");

        faster = 1000;
        RunTrainer second = new RunTrainer(environment(), tables.run(run).orElseThrow());
        second.start();
        answerTheSnapshotMadeAgain(second);
    }

    @Test
    void aPipelinedRunWhoseSnapshotIsLostWhileItWaitsMakesItAgainToo() throws Exception {
        RunTrainer trainer = waitingForStepFour();
        lose("snapshots/raw/");
        faster = 1000;
        answerTheSnapshotMadeAgain(trainer);
    }

    /** A console has taken it: one of a newer build than this one, perhaps. */
    @Test
    void aSpecificationThatThisBuildCannotReadWaitsForATrainerThatCan() throws Exception {
        submit("cpu", "");
        TrainingRun now = tables.run(run).orElseThrow();
        tables.put(TrainingRun.newBuilder(now).setSpec("{\"nmae\": 1}").build());
        assertEquals(RunTraining.End.FAILED, train(), "worth another try");
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(lastSaid().getMessage().contains("nmae"), lastSaid().getMessage());
    }

    /** A store that fails like this when something is to be written. */
    private static ArtifactStore failingWrites(ArtifactStore store, Throwable failure) {
        return (ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(), new Class<?>[] {ArtifactStore.class}, (proxy, method, with) -> {
                    if (method.getName().equals("putFolder")) {
                        throw failure;
                    }
                    return method.invoke(store, with);
                });
    }

    @Test
    void anErrorUnderTheJournalIsSaidAndTheRunQueued() throws Exception {
        submit("cpu", "");
        artifacts = failingWrites(artifacts, new OutOfMemoryError("direct buffer memory"));
        assertEquals(RunTraining.End.FAILED, train());
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(
                lastSaid().getMessage().contains("direct buffer memory"),
                lastSaid().getMessage());
        assertEquals(1, alerts().size());
    }

    /** It waited for room without end. */
    @Test
    void aRunWhoseDiskIsFullIsStopped() throws Exception {
        submit("cpu", "");
        train();
        artifacts = failingWrites(artifacts, new IOException("No space left on device"));
        faster = 30;
        want(DesiredState.STOPPED);
        assertEquals(RunTraining.End.ORDERLY, train());
        assertEquals(RunPhase.STOPPED, lastSaid().getPhase());
        assertTrue(
                lastSaid().getMessage().contains("No space left on device"),
                lastSaid().getMessage());
    }

    /** Its last word was that it trained, and whoever took it up counted a death. */
    @Test
    void aRunThatIsHandedOverWhileItsFilesCannotBeWrittenIsQueued() throws Exception {
        submit("cpu", "");
        CountDownLatch failing = new CountDownLatch(1);
        ArtifactStore sound = artifacts;
        artifacts = (ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(), new Class<?>[] {ArtifactStore.class}, (proxy, method, with) -> {
                    if (method.getName().equals("putFolder")) {
                        failing.countDown();
                        throw new IOException("Read-only file system");
                    }
                    return method.invoke(sound, with);
                });
        RunTrainer trainer = new RunTrainer(environment(), tables.run(run).orElseThrow());
        trainer.start();
        failing.await();
        trainer.requestHandover();
        trainer.join(PATIENCE_MILLIS);
        assertFalse(trainer.isAlive());

        assertEquals(RunTraining.End.ORDERLY, trainer.end());
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(
                lastSaid().getMessage().contains("Read-only file system"),
                lastSaid().getMessage());
        assertEquals(0, TrainerDeaths.foundIn(lastSaid()).count());
    }

    /** It stopped never, and was tried every half minute. */
    @Test
    void aRunWhoseFinalModelCannotBeReadForAnyReasonIsStopped() throws Exception {
        submit("cpu", "");
        train();
        ArtifactStore sound = artifacts;
        artifacts = (ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(), new Class<?>[] {ArtifactStore.class}, (proxy, method, with) -> {
                    if (method.getName().equals("find")) {
                        throw new IllegalStateException("no memory");
                    }
                    return method.invoke(sound, with);
                });
        want(DesiredState.STOPPED);
        assertEquals(RunTraining.End.ORDERLY, train());
        assertEquals(RunPhase.STOPPED, lastSaid().getPhase());
        assertTrue(lastSaid().getMessage().endsWith("no memory"), lastSaid().getMessage());
    }

    /** An error that is no exception ended the trainer without a word, and it was begun again after 2 s. */
    @Test
    void anErrorOfTheMachineIsSaidAndTheRunQueued() throws Exception {
        submit("cpu", "");
        artifacts = (ArtifactStore) Proxy.newProxyInstance(
                ArtifactStore.class.getClassLoader(), new Class<?>[] {ArtifactStore.class}, (proxy, method, with) -> {
                    throw new UnsatisfiedLinkError("libtorch_cpu.so: cannot open shared object file");
                });
        assertEquals(RunTraining.End.FAILED, train());
        assertEquals(RunPhase.QUEUED, lastSaid().getPhase());
        assertTrue(
                lastSaid().getMessage().contains("libtorch_cpu.so"), lastSaid().getMessage());
        assertEquals(1, alerts().size());
    }
}
