package io.saddle.cli.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.Records;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topics;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class TopicSizesIT {

    private static final String TOPIC = Topics.FID_SCORES.name();

    private final TestCluster cluster;

    TopicSizesIT(TestCluster cluster) {
        this.cluster = cluster;
    }

    private TopicSizes sizes() {
        CommandRun run = CommandRun.of("topics", "sizes", "--bootstrap=" + cluster.bootstrapServers());
        assertEquals(0, run.exitCode(), run.err());
        String[] cells = run.lines().stream()
                .filter(line -> line.startsWith(TOPIC + " "))
                .findFirst()
                .orElseThrow()
                .replace(",", "")
                .split("\\s+");
        return new TopicSizes(Long.parseLong(cells[1]), Long.parseLong(cells[2]));
    }

    @Test
    void everyRecordCountsWithItsBytes() {
        TopicSizes before = sizes();
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            for (int i = 0; i < 3; i++) {
                records.sample(Topics.FID_SCORES, "sized");
            }
        }
        TopicSizes after = sizes();
        assertEquals(before.offsets() + 3, after.offsets());
        assertTrue(after.bytes() > before.bytes() + 3 * 50, before + " -> " + after);
    }
}
