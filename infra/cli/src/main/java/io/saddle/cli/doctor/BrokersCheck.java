package io.saddle.cli.doctor;

import io.saddle.cli.connection.KafkaOptions;
import io.saddle.cli.connection.Unanswered;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeClusterResult;
import org.apache.kafka.clients.admin.FinalizedVersionRange;
import org.apache.kafka.common.KafkaException;

/** Kafka's brokers: whether they answer, how many they are. */
final class BrokersCheck {

    static final String NAME = "brokers";
    private static final String VERSION = "metadata.version";

    private BrokersCheck() {}

    static Finding of(Admin admin, KafkaOptions kafka) throws InterruptedException {
        String address = kafka.connection().bootstrapServers();
        try {
            DescribeClusterResult cluster = admin.describeCluster();
            int brokers = cluster.nodes()
                    .get(KafkaOptions.PATIENCE_MILLIS, TimeUnit.MILLISECONDS)
                    .size();
            return Finding.ok(
                    NAME,
                    brokers + (brokers == 1 ? " broker at " : " brokers at ") + address + ", cluster "
                            + cluster.clusterId().get() + version(admin));
        } catch (ExecutionException | TimeoutException | KafkaException e) {
            Unanswered unanswered = kafka.unanswered(e);
            return Finding.failed(NAME, unanswered.what(), unanswered.remedy());
        }
    }

    /** Not every user may ask. */
    private static String version(Admin admin) throws InterruptedException {
        try {
            FinalizedVersionRange range = admin.describeFeatures()
                    .featureMetadata()
                    .get()
                    .finalizedFeatures()
                    .get(VERSION);
            return range == null ? "" : ", " + VERSION + " " + range.maxVersionLevel();
        } catch (ExecutionException e) {
            return "";
        }
    }
}
