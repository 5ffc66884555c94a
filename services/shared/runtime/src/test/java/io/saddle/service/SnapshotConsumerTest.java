package io.saddle.service;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.kafka.KafkaSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotConsumerTest {

    @TempDir
    Path folder;

    private UnfinishedWork marks(String deployment) {
        return new EvaluatorBeans()
                .unfinishedWork(new EvaluatorDeployment(deployment), "an-evaluator", folder, Clock.systemUTC());
    }

    /** Three updates of the service in a row would have set aside what takes long to evaluate. */
    @Test
    void anOrderlyEndLeavesNoMarkOfWhatIsInHand() throws IOException {
        UnfinishedWork unfinished = marks("");
        KafkaSettings nowhere = new KafkaSettings("127.0.0.1:1", "http://127.0.0.1:1");
        SnapshotConsumer consumer = new SnapshotConsumer(
                nowhere,
                nowhere.serdes(),
                null,
                null,
                unfinished,
                new EvaluatorDeployment(""),
                "an-evaluator",
                Duration.ofHours(1));
        unfinished.begin("a");
        consumer.stop();
        try (Stream<Path> files = Files.walk(folder)) {
            assertEquals(List.of(), files.filter(Files::isRegularFile).toList());
        }
    }

    /** Each sees every snapshot: what three of them had in hand at once looked as if it had ended two. */
    @Test
    void deploymentsThatShareAFolderHaveMarksOfTheirOwn() throws IOException {
        marks("").begin("a");
        marks("next").begin("a");
        assertDoesNotThrow(() -> marks("shadow").begin("a"));
    }
}
