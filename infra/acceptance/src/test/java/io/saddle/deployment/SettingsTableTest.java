package io.saddle.deployment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.saddle.stack.Distribution;
import io.saddle.stack.testing.TestCluster;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SettingsTableTest {

    private static final Path ROOT = Distribution.locate().root();

    static Iterable<String> services() {
        return TestCluster.SERVICES;
    }

    @Test
    void theTableIsThatOfTheSources() throws Exception {
        Path table = ROOT.resolve("docs/settings.md");
        String made = SettingsTable.ofSources().markdown();
        if (Boolean.getBoolean("saddle.docs.write")) {
            Files.writeString(table, made);
        }
        assertEquals(
                made,
                Files.readString(table),
                "write it anew: mvn verify -pl infra/acceptance -am -Dtest=SettingsTableTest -Dsaddle.docs.write=true");
    }

    @ParameterizedTest
    @MethodSource("services")
    void everySettingThatAServiceReadsIsInItsFile(String service) throws Exception {
        Set<String> unsaid = new TreeSet<>(ServiceKeys.read(ROOT.resolve("services/" + service + "/target/quarkus-app"))
                .injected());
        unsaid.removeIf(key -> key.startsWith("quarkus."));
        if (!service.endsWith("-evaluator")) {
            // In the common classes, but the others are built without the beans that ask for them.
            unsaid.removeAll(Set.of(
                    "saddle.evaluator.deployment",
                    "saddle.evaluator.patience",
                    "saddle.memory.limit",
                    "saddle.evaluator.in-hand.dir"));
        }
        unsaid.removeAll(SettingsTable.ofSources().keys(service));
        assertEquals(Set.of(), unsaid, "read by " + service + ", but not in its application.properties");
    }
}
