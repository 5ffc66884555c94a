package io.saddle.console;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.saddle.stack.testing.TestCluster;
import java.util.HashMap;
import java.util.Map;

/**
 * A real broker and registry for the console under test, and the console's settings that name them. All consoles of a JVM have the
 * same, one after the other, and it ends with the JVM.
 */
public class ClusterResource implements QuarkusTestResourceLifecycleManager {

    private static final String BOOTSTRAP = "kafka.bootstrap.servers";
    private static final String REGISTRY = "saddle.registry.url";
    private static final String ARTIFACTS = "saddle.artifacts.root";

    /** Of this JVM's properties, since each console has a class loader of its own, and with it this class. */
    private static final String STARTED = "test-cluster.";

    @Override
    public Map<String, String> start() {
        if (System.getProperty(STARTED + BOOTSTRAP) == null) {
            startCluster();
        }
        Map<String, String> settings = new HashMap<>();
        for (String name : new String[] {BOOTSTRAP, REGISTRY, ARTIFACTS}) {
            settings.put(name, System.getProperty(STARTED + name));
        }
        settings.put("quarkus.http.test-port", "0");
        return settings;
    }

    private static void startCluster() {
        TestCluster cluster = TestCluster.start();
        cluster.serviceProperties().forEach((name, value) -> System.setProperty(STARTED + name, value));
        System.setProperty(
                STARTED + ARTIFACTS, cluster.home().data("artifacts").toUri().toString());
    }

    /** Nothing: the next console has it. */
    @Override
    public void stop() {}
}
