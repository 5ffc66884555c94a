package io.saddle.console;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.saddle.stack.testing.TestCluster;
import java.util.HashMap;
import java.util.Map;

/** A real broker and registry for the console under test, and the console's settings that name them. */
public class ClusterResource implements QuarkusTestResourceLifecycleManager {

    private TestCluster cluster;

    @Override
    public Map<String, String> start() {
        cluster = TestCluster.start();
        Map<String, String> settings = new HashMap<>(cluster.serviceProperties());
        settings.put("quarkus.http.test-port", "0");
        settings.put(
                "saddle.artifacts.root",
                cluster.home().data("artifacts").toUri().toString());
        return settings;
    }

    @Override
    public void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }
}
