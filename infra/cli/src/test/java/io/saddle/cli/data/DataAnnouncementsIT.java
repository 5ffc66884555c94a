package io.saddle.cli.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.saddle.artifact.DurableFiles;
import io.saddle.artifact.access.ArtifactSettings;
import io.saddle.artifact.access.ArtifactStores;
import io.saddle.audit.ChangeOrigin;
import io.saddle.cli.CommandRun;
import io.saddle.cli.FakeConsole;
import io.saddle.cli.FakeConsole.Answer;
import io.saddle.cli.connection.ChangeReason;
import io.saddle.cli.terminal.ExitCode;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.TopicContents;
import io.saddle.kafka.TopicHistory;
import io.saddle.model.data.StoredDataSets;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DataSelection;
import io.saddle.schema.ExecutionPhase;
import io.saddle.schema.ExecutionStatus;
import io.saddle.schema.Pipeline;
import io.saddle.schema.PipelineExecution;
import io.saddle.schema.RunPhase;
import io.saddle.schema.RunStatus;
import io.saddle.schema.TrainingRun;
import io.saddle.stack.Setting;
import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.Records;
import io.saddle.stack.testing.SampleRecords;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topic;
import io.saddle.topic.Topics;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the commands say of data sets to a real Kafka. */
@ExtendWith(ClusterExtension.class)
class DataAnnouncementsIT {

    @TempDir
    Path temporary;

    private final TestCluster cluster;
    private Path pictures;

    DataAnnouncementsIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    @BeforeEach
    void makePictures() throws IOException {
        pictures = temporary.resolve("pictures");
        picture("cat", 1);
        picture("dog", 2);
        data(true, "announce");
    }

    private void picture(String name, int level) throws IOException {
        BufferedImage image = new BufferedImage(4, 4, BufferedImage.TYPE_INT_RGB);
        image.setRGB(0, 0, level);
        ImageIO.write(
                image,
                "png",
                Files.createDirectories(pictures.resolve(name))
                        .resolve(level + ".png")
                        .toFile());
    }

    /** @param told whether the command is told of the Kafka */
    private CommandRun data(boolean told, String... arguments) {
        List<String> all = new ArrayList<>(List.of("data"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--home", temporary.resolve("home").toString()));
        if (told) {
            all.addAll(List.of("--bootstrap=" + cluster.bootstrapServers(), "--registry=" + cluster.registryUrl()));
        }
        CommandRun run = CommandRun.of(all.toArray(String[]::new));
        assertEquals(0, run.exitCode(), run.err());
        return run;
    }

    /** The keys that have a record, whatever tombstones stand behind them: compaction keeps these. */
    private List<String> announced() {
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            return records.all(Topics.DATASETS).stream()
                    .map(set -> Topics.dataSetKey(set.getName(), set.getVersion()) + " " + set.getImages())
                    .toList();
        }
    }

    @Test
    void anImportIsAnnouncedAndARemovalWithdrawn() throws IOException {
        assertEquals(
                "", data(true, "import", pictures.toString(), "--name", "pets").err());
        assertTrue(announced().contains("pets@1 2"), announced().toString());

        DurableFiles.deleteTree(temporary.resolve("home/data/artifacts/datasets/pets"));
        assertEquals("withdrawn: pets@1\n", data(true, "announce").out());
        assertEquals(
                "nothing to announce: all is said already\n",
                data(true, "announce").out());
    }

    @Test
    void whatWasImportedAndRemovedWithoutKafkaIsSaidLater() throws IOException {
        String notice =
                data(false, "import", pictures.toString(), "--name", "later").err();
        assertTrue(notice.contains("'./saddle up' announces it"), notice);
        assertEquals("announced: later@1\n", data(true, "announce").out());
        assertEquals(
                "nothing to announce: all is said already\n",
                data(true, "announce").out());

        picture("dog", 3);
        data(true, "import", pictures.toString(), "--name", "later");
        data(true, "remove", "later@1", "--yes");
        assertEquals(
                "nothing to announce: all is said already\n",
                data(true, "announce").out());
        data(false, "remove", "later", "--yes");
        assertEquals("withdrawn: later@2\n", data(true, "announce").out());
    }

    private void write(String runId, RunPhase phase, String spec, String constraint) {
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            TrainingRun run = TrainingRun.newBuilder(SampleRecords.of(Topics.RUNS, runId))
                    .setSpec(spec)
                    .build();
            RunStatus status = RunStatus.newBuilder(SampleRecords.of(Topics.RUN_STATUS, runId))
                    .setPhase(phase)
                    .build();
            ConstraintDefinition sample = SampleRecords.of(Topics.CONSTRAINTS, runId);
            ConstraintDefinition definition = ConstraintDefinition.newBuilder(sample)
                    .setState(ConstraintState.ACTIVE)
                    .setData(DataSelection.newBuilder(sample.getData())
                            .setImages(constraint)
                            .build())
                    .build();
            send(records, Topics.RUNS, runId, run);
            send(records, Topics.RUN_STATUS, runId, status);
            send(records, Topics.CONSTRAINTS, Topics.constraintKey(runId, definition.getConstraintId()), definition);
        }
    }

    private <T extends SpecificRecord> void send(Records records, Topic<T> topic, String key, T value) {
        records.raw(topic.name(), key, cluster.serdes().serializer(topic).serialize(topic.name(), value));
    }

    /** The run failed an hour later, when a trainer took it up again. */
    @Test
    void whatARunThatHasNotEndedNamesIsNotRemoved() {
        data(true, "import", pictures.toString(), "--name", "trained");
        String none = "{}";
        String named = "{\"data\": {\"images\": \"dataset:trained@1\", \"labels\": \"dataset:trained@1#class\"}}";
        write("on-it", RunPhase.PAUSED, named, "bundled:mnist10k");
        write("held-to-it", RunPhase.TRAINING, none, "dataset:trained@1");
        write("on-another", RunPhase.TRAINING, named.replace("@1", "@11"), "dataset:trained@11");
        write("over", RunPhase.COMPLETED, named, "dataset:trained@1");
        CommandRun refused = removal("trained");
        assertEquals(1, refused.exitCode(), refused.out());
        for (String run : List.of("run 'on-it' (PAUSED) names it", "run 'held-to-it' (TRAINING) names it")) {
            assertTrue(refused.err().contains(run), refused.err());
        }
        assertFalse(refused.err().contains("on-another") || refused.err().contains("over"), refused.err());
        CommandRun removed = removal("trained@1", "on-it", "held-to-it");
        assertEquals(0, removed.exitCode(), removed.err());
        assertTrue(removed.out().contains("runs that have ended and were trained on it: over; "), removed.out());
    }

    private void define(String pipeline, int revision, String definition) {
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            Pipeline sample = SampleRecords.of(Topics.PIPELINES, pipeline);
            String key = pipeline + "/" + revision;
            Pipeline defined = Pipeline.newBuilder(sample)
                    .setName(pipeline)
                    .setRevision(revision)
                    .setDefinition(definition)
                    .build();
            send(records, Topics.PIPELINES, key, defined);
        }
    }

    private void execute(String execution, ExecutionPhase phase, String definition) {
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            PipelineExecution ordered = PipelineExecution.newBuilder(SampleRecords.of(Topics.EXECUTIONS, execution))
                    .setExecutionId(execution)
                    .setDefinition(definition)
                    .build();
            ExecutionStatus status = ExecutionStatus.newBuilder(SampleRecords.of(Topics.EXECUTION_STATUS, execution))
                    .setExecutionId(execution)
                    .setPhase(phase)
                    .build();
            send(records, Topics.EXECUTIONS, execution, ordered);
            send(records, Topics.EXECUTION_STATUS, execution, status);
        }
    }

    /** The nightly execution was refused each night from then on. */
    @Test
    void whatAPipelineWillAskForIsNotRemoved() throws IOException {
        data(true, "import", pictures.toString(), "--name", "nightly");
        picture("dog", 4);
        data(true, "import", pictures.toString(), "--name", "nightly");
        String newest = "{\"steps\": {\"train\": {\"run\": {\"data\": {\"dataset\": \"nightly\"}}}}}";
        String second = newest.replace("nightly", "nightly@2");
        String scheduled = newest.replaceFirst("\\{", "{\"schedule\": {\"cron\": \"0 3 * * *\"}, ");
        define("every-night", 1, scheduled);
        define("by-hand", 1, scheduled);
        define("by-hand", 2, newest);
        execute("goes-on", ExecutionPhase.PAUSED, second);
        execute("has-ended", ExecutionPhase.FAILED, second);
        execute(
                "of-a-matrix",
                ExecutionPhase.RUNNING,
                "{\"steps\": {\"train\": {\"matrix\": {\"set\": [\"nightly@2\"]}, \"run\": {\"data\": {\"dataset\": \"${matrix.set}\"}}}}}");

        CommandRun refused = removal("nightly@2");

        assertEquals(1, refused.exitCode(), refused.out());
        for (String user : List.of(
                "execution 'goes-on' (PAUSED) names it",
                "execution 'of-a-matrix' (RUNNING) names it",
                "pipeline 'every-night', which starts by itself, names it")) {
            assertTrue(refused.err().contains(user), refused.err());
        }
        assertFalse(refused.err().contains("by-hand") || refused.err().contains("has-ended"), refused.err());
        assertEquals(0, removal("nightly@1").exitCode(), "nobody names it");
        execute("goes-on", ExecutionPhase.SUCCEEDED, second);
        execute("of-a-matrix", ExecutionPhase.STOPPED, second);
        define("every-night", 2, newest);
        assertEquals(0, removal("nightly").exitCode());
    }

    /** @param over runs that end before */
    private CommandRun removal(String set, String... over) {
        for (String run : over) {
            write(run, RunPhase.STOPPED, "{}", "bundled:mnist10k");
        }
        return CommandRun.of(
                "data",
                "remove",
                set,
                "--yes",
                "--home",
                temporary.resolve("home").toString(),
                "--bootstrap=" + cluster.bootstrapServers(),
                "--registry=" + cluster.registryUrl());
    }

    /** The audit knew of a data set that was gone, and nothing else. */
    @Test
    void theAuditIsToldWhoTookADataSetAwayAndWhy() {
        data(true, "import", pictures.toString(), "--name", "owned");
        data(true, "remove", "owned", "--yes", "--reason", "not ours");
        List<ChangeOrigin> origins = new ArrayList<>();
        TopicContents.read(cluster.settings().kafka(), List.of(Topics.DATASETS), record -> {
            if (new String(record.key(), StandardCharsets.UTF_8).equals("owned@1")) {
                origins.add(ChangeOrigin.of(record.headers()));
            }
        });
        ChangeOrigin last = origins.get(origins.size() - 1);
        assertEquals(System.getProperty("user.name"), last.by());
        assertEquals("not ours", last.reason());
        assertTrue(last.agent().startsWith("saddle"), last.agent());
    }

    @Test
    void aKafkaThatDoesNotAnswerIsAWarning() {
        CommandRun run = CommandRun.of(
                "data",
                "import",
                pictures.toString(),
                "--name",
                "alone",
                "--home",
                temporary.resolve("home").toString(),
                "--bootstrap=127.0.0.1:1",
                "--registry=http://127.0.0.1:1");
        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.err().contains("warning: not announced (Kafka does not answer at 127.0.0.1:1"), run.err());
        assertTrue(run.err().contains("'./saddle data announce'"), run.err());
        assertTrue(data(false, "list").out().contains("alone"));
    }

    @Test
    void whatMustBeAnnouncedAndCannotBeIsTriedAgain() {
        List<String> arguments = List.of(
                "data",
                "import",
                pictures.toString(),
                "--name=told",
                "--must-announce",
                "--home=" + temporary.resolve("home"),
                "--bootstrap=" + cluster.bootstrapServers());
        CommandRun away = CommandRun.of(Stream.concat(arguments.stream(), Stream.of("--registry=http://127.0.0.1:1"))
                .toArray(String[]::new));
        assertEquals(ExitCode.UNREACHABLE, away.exitCode(), away.err());
        assertTrue(away.err().contains("told@1 is made, but not announced ("), away.err());
        assertFalse(announced().contains("told@1 2"), announced().toString());

        CommandRun again =
                CommandRun.of(Stream.concat(arguments.stream(), Stream.of("--registry=" + cluster.registryUrl()))
                        .toArray(String[]::new));
        assertEquals(ExitCode.OK, again.exitCode(), again.err());
        assertTrue(again.err().contains("note: nothing has changed since told@1 was made"), again.err());
        assertTrue(announced().contains("told@1 2"), announced().toString());
    }

    /** The console answers by itself here; store and Kafka are those of its stack. */
    @Test
    void aPathInASpecificationIsImportedAndAnnouncedOnce() throws IOException {
        FakeConsole console = new FakeConsole();
        console.on("GET /api/runs", Answer.json(200, "[]"));
        console.on("POST /api/runs", Answer.json(201, "{\"runId\":\"r\"}"));
        Path file = Files.writeString(temporary.resolve("run.yaml"), """
                name: r
                data: {dataset: ./pictures}
                constraints:
                  - {id: cats, threshold: 0.1, data: {dataset: pictures/}}
                  - {id: others, threshold: 0.1, data: {dataset: other@3}}
                """);
        List<CommandRun> runs = new ArrayList<>();
        try {
            for (int submission = 0; submission < 2; submission++) {
                List<String> arguments = new ArrayList<>(List.of("run", "submit", file.toString()));
                arguments.add("--home=" + temporary.resolve("home"));
                arguments.add("--set=console.port=" + URI.create(console.url()).getPort());
                for (Setting port : List.of(Setting.BROKER_PORT, Setting.REGISTRY_PORT)) {
                    arguments.add(
                            "--set=" + port.key() + "=" + cluster.settings().text(port));
                }
                runs.add(CommandRun.of(arguments.toArray(String[]::new)));
            }
        } finally {
            console.stop();
        }
        assertEquals(List.of(0, 0), runs.stream().map(CommandRun::exitCode).toList(), runs.toString());
        String known = "dataset: pictures@1, imported from " + pictures;
        assertTrue(runs.get(0).err().startsWith(known + "\n"), runs.get(0).err());
        assertTrue(runs.get(1).err().startsWith(known + " at 20"), runs.get(1).err());
        assertTrue(announced().contains("pictures@1 2"), announced().toString());
        List<String> submitted = console.received.stream()
                .filter(received -> received.startsWith("POST "))
                .toList();
        assertEquals(2, submitted.size());
        for (String received : submitted) {
            JsonNode sent = new YAMLMapper().readTree(received.substring(received.indexOf("---")));
            assertEquals("pictures@1", sent.at("/data/dataset").asText());
            assertEquals(
                    List.of("pictures@1", "other@3"), sent.path("constraints").findValuesAsText("dataset"));
        }
    }

    /** A machine that has come up before its network drive: the console's list was empty from then on. */
    @Test
    void whoComesUpWithoutTheStoresVolumeWithdrawsNothing() throws Exception {
        data(true, "import", pictures.toString(), "--name", "there");
        Path artifacts = temporary.resolve("home/data/artifacts");
        ArtifactSettings settings = new ArtifactSettings(artifacts.toUri(), null);
        DataSetAnnouncements announcements = new DataSetAnnouncements(
                cluster.settings().kafka(),
                new StoredDataSets(ArtifactStores.open(settings)),
                new ChangeReason().origin());
        Path away = Files.move(artifacts.resolve("datasets"), temporary.resolve("away"));
        List<String> before = announced();
        assertEquals(Optional.empty(), announcements.bringUpToDateUnlessEmpty());
        assertEquals(before, announced());
        Files.move(away, artifacts.resolve("datasets"));
        assertTrue(announcements.bringUpToDateUnlessEmpty().orElseThrow().isNothing());
        DurableFiles.deleteTree(artifacts.resolve("datasets/there"));
        data(true, "announce");
    }

    @Test
    void garbageOnTheTopicIsOverwrittenOrWithdrawn() {
        data(true, "import", pictures.toString(), "--name", "mine");
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            Stream.of("mine@1", "nobodys@1")
                    .forEach(key -> records.raw(Topics.DATASETS.name(), key, new byte[] {1, 2, 3}));
        }
        assertEquals(
                "announced: mine@1\nwithdrawn: nobodys@1\n",
                data(true, "announce").out());
    }

    /** Found by its home: no address is named, and the login is the operator's. */
    @Test
    void aSecuredStackThatRunsIsToldByItsOperator() {
        try (TestCluster secured = TestCluster.startSecured()) {
            List<String> arguments = new ArrayList<>(List.of(
                    "data",
                    "import",
                    pictures.toString(),
                    "--name",
                    "guarded",
                    "--home",
                    secured.home().folder().toString()));
            for (Setting port : List.of(Setting.BROKER_PORT, Setting.REGISTRY_PORT)) {
                arguments.add("--set=" + port.key() + "=" + secured.settings().text(port));
            }
            CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
            assertEquals(0, run.exitCode(), run.err());
            assertEquals("", run.err());
            KafkaSettings operator = secured.settings().kafka();
            List<String> names = new ArrayList<>();
            for (int partition = 0; partition < Topics.DATASETS.partitions(); partition++) {
                new TopicHistory(operator, operator.serdes())
                        .forEach(Topics.DATASETS, partition, set -> names.add(set.getName()));
            }
            assertEquals(List.of("guarded"), names);
        }
    }
}
