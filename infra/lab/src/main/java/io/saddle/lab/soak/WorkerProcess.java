package io.saddle.lab.soak;

import io.saddle.broker.Leash;
import io.saddle.cli.Saddle;
import io.saddle.cli.connection.StackOptions;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A worker at pipelines' tasks, {@code ./saddle worker}, in a process of its own that ends with this one. */
final class WorkerProcess implements AutoCloseable {

    static final String NAME = "worker";

    private final List<String> command;
    private final Path log;
    private Process process;

    /** Starts it; it takes tasks of this cluster's as soon as it knows which are over. */
    WorkerProcess(TestCluster cluster) throws IOException {
        command = new ArrayList<>(new StackOptions().java("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
        command.addAll(List.of(
                Leash.class.getName(),
                Long.toString(ProcessHandle.current().pid()),
                Saddle.class.getName(),
                NAME,
                "--home=" + cluster.home().folder(),
                "--set=artifacts.root=" + cluster.settings().artifactsRoot(),
                "--bootstrap=" + cluster.bootstrapServers(),
                "--registry=" + cluster.registryUrl(),
                "--name=" + NAME));
        log = cluster.home().log(NAME);
        start();
    }

    /** Starts it; nothing happens if it runs. */
    void start() throws IOException {
        if (process == null || !process.isAlive()) {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        }
    }

    /** Ends it as kill -9 does. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
