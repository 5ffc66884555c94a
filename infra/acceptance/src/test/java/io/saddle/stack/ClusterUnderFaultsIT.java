package io.saddle.stack;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.stack.testing.ClusterExtension;
import io.saddle.stack.testing.Records;
import io.saddle.stack.testing.TestCluster;
import io.saddle.topic.Topics;
import java.io.BufferedReader;
import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(ClusterExtension.class)
class ClusterUnderFaultsIT {

    @Test
    void recordsSurviveAKillOfTheBrokerAndOfTheRegistry(TestCluster cluster) {
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            records.sample(Topics.RUNS, "one");
            cluster.killBroker();
            cluster.restartBroker();
            records.sample(Topics.RUNS, "one");
        }
        cluster.killRegistry();
        cluster.restartRegistry();
        try (Records records = new Records(cluster.bootstrapServers(), cluster.serdes())) {
            assertEquals(
                    2,
                    records.all(Topics.RUNS).stream()
                            .filter(run -> run.getRunId().equals("one"))
                            .count());
        }
    }

    @Test
    void itsProcessesEndWhenTheJvmThatStartedThemIsKilled() throws Exception {
        Process parent = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        Started.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<Long> children = new ArrayList<>();
        try (BufferedReader out = parent.inputReader(StandardCharsets.UTF_8)) {
            Path folder = Path.of(out.readLine());
            children.add(Long.parseLong(out.readLine()));
            children.add(Long.parseLong(out.readLine()));
            assertTrue(children.stream().allMatch(ClusterUnderFaultsIT::alive));
            parent.destroyForcibly();
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .until(() -> children.stream().noneMatch(ClusterUnderFaultsIT::alive));
            delete(folder.toFile());
        }
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    private static void delete(File file) {
        File[] files = file.listFiles();
        if (files != null) {
            List.of(files).forEach(ClusterUnderFaultsIT::delete);
        }
        file.delete();
    }

    /** Starts a cluster, says which processes it has, and waits to be killed. */
    static final class Started {

        public static void main(String[] arguments) throws Exception {
            TestCluster cluster = TestCluster.start();
            System.out.println(cluster.home().folder());
            new StackState(cluster.home()).entries().forEach(entry -> System.out.println(entry.pid()));
            Thread.sleep(Duration.ofMinutes(2).toMillis());
        }
    }
}
