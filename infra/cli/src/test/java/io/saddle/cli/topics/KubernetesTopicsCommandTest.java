package io.saddle.cli.topics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.saddle.cli.CommandRun;
import io.saddle.stack.Distribution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KubernetesTopicsCommandTest {

    @Test
    void whatTheClusterIsToldIsInStepWithTheTopicListAndTheAccessRules() throws IOException {
        Path file = Distribution.locate().root().resolve("k8s/overlays/prod/kafka-topics-and-users.yaml");
        assertEquals(
                CommandRun.of("topics", "kubernetes").out(),
                Files.readString(file),
                "the topic list or the access rules have changed: ./saddle topics kubernetes > " + file);
    }

    @Test
    void anotherClusterHasItsNameAndReplicas() {
        CommandRun run = CommandRun.of("topics", "kubernetes", "--cluster", "small", "--replicas", "1");

        assertEquals(0, run.exitCode(), run.err());
        assertTrue(run.lines().contains("    strimzi.io/cluster: small"));
        assertTrue(run.lines().contains("  replicas: 1"));
        assertTrue(run.lines().stream().noneMatch(line -> line.equals("  replicas: 3")));
    }
}
