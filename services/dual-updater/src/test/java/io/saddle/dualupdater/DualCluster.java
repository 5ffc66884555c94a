package io.saddle.dualupdater;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.kafka.RecordHistory;
import io.saddle.kafka.TopicHistory;
import io.saddle.run.spec.RunSpecParser;
import io.saddle.run.spec.Submission;
import io.saddle.run.spec.Submissions;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.MultiplierUpdate;
import io.saddle.serde.Serdes;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.RunPartitioner;
import io.saddle.topic.Topics;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.streams.StreamsConfig;
import org.awaitility.Awaitility;

/** A real cluster with dual updaters in this JVM. */
final class DualCluster implements AutoCloseable {

    private static final String GROUP = "saddle-dual-updater";
    private static final String CHANGELOG = GROUP + "-" + DualProcessor.STORE + "-changelog";

    private final TestCluster cluster = TestCluster.start();
    private final KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
    private final Serdes serdes = kafka.serdes();
    private final KafkaProducer<byte[], byte[]> producer =
            new KafkaProducer<>(kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
    private final Publisher publisher = new Publisher(producer, serdes);

    /** An updater that keeps its local state in {@code data}; the caller starts and stops it. */
    DualStreams updater(Path data) {
        return new DualStreams(kafka, serdes, new SimpleMeterRegistry(), data, 1);
    }

    /** Such an updater whose consumer must poll every two seconds, while its past is read through {@code past}. */
    DualStreams updater(Path data, UnaryOperator<RecordHistory> past) {
        return new DualStreams(kafka, serdes, new SimpleMeterRegistry(), data, 1) {
            @Override
            RecordHistory past() {
                return past.apply(super.past());
            }

            @Override
            protected Properties settings() {
                Properties settings = super.settings();
                settings.put(StreamsConfig.consumerPrefix("max.poll.interval.ms"), 2000);
                return settings;
            }
        };
    }

    /** The members of the updaters' group. */
    Set<String> members() throws Exception {
        try (Admin admin = Admin.create(kafka.admin())) {
            return admin.describeConsumerGroups(Set.of(GROUP)).describedGroups().get(GROUP).get().members().stream()
                    .map(MemberDescription::consumerId)
                    .collect(Collectors.toSet());
        }
    }

    private <T extends SpecificRecord> void send(io.saddle.topic.Topic<T> topic, String key, T value) throws Exception {
        publisher.send(topic, key, value).get();
    }

    /** A run with constraints a and b, threshold 0.25 each, dual learning rate 0.5 and a dual step every 20 steps. */
    void submit(String runId, String mode) throws Exception {
        String yaml = """
                name: %s
                dual: {mode: %s, learningRate: 0.5, primalSteps: 20}
                constraints:
                  - {id: a, threshold: 0.25, data: {classes: {4: {}}}}
                  - {id: b, threshold: 0.25, data: {classes: {5: {}}}}
                """.formatted(runId, mode);
        RunSpecParser parser = new RunSpecParser();
        Submission submission =
                new Submissions(parser, Clock.systemUTC()).submission(parser.parse("run.yaml", yaml), "ada");
        for (ConstraintDefinition definition : submission.constraints()) {
            send(Topics.CONSTRAINTS, Topics.constraintKey(runId, definition.getConstraintId()), definition);
        }
        send(Topics.RUNS, runId, submission.run());
    }

    void estimated(String runId, String constraintId, long step, long dualStep, double loss) throws Exception {
        send(Topics.LOSS_ESTIMATES, runId, MadeEstimates.estimate(runId, constraintId, step, dualStep, loss));
    }

    /** Every committed update of a run, in the order of the topic. */
    List<MultiplierUpdate> updates(String runId) {
        List<MultiplierUpdate> found = new ArrayList<>();
        new TopicHistory(kafka, serdes)
                .forEach(
                        Topics.MULTIPLIERS,
                        RunPartitioner.partition(runId, Topics.MULTIPLIERS.partitions()),
                        update -> {
                            if (update.getRunId().equals(runId)) {
                                found.add(update);
                            }
                        });
        return found;
    }

    void deleteChangelog() throws Exception {
        try (Admin admin = Admin.create(kafka.admin())) {
            admin.deleteTopics(Set.of(CHANGELOG)).all().get();
        }
    }

    /** The next updater reads every topic from its beginning again. */
    void deleteOffsets() {
        try (Admin admin = Admin.create(kafka.admin())) {
            // A member that ended belongs to the group until its session does.
            Awaitility.await()
                    .atMost(Duration.ofSeconds(30))
                    .ignoreExceptions()
                    .until(() -> admin.deleteConsumerGroups(Set.of(GROUP)).all().get() == null);
        }
    }

    @Override
    public void close() {
        producer.close();
        cluster.close();
    }
}
