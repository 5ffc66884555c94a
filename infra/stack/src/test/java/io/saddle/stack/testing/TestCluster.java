package io.saddle.stack.testing;

import io.saddle.artifact.DurableFiles;
import io.saddle.serde.Serdes;
import io.saddle.stack.AtCutOff;
import io.saddle.stack.Distribution;
import io.saddle.stack.Home;
import io.saddle.stack.KafkaBroker;
import io.saddle.stack.LocalSettings;
import io.saddle.stack.Ports;
import io.saddle.stack.SchemaRegistry;
import io.saddle.stack.Service;
import io.saddle.stack.Setting;
import io.saddle.stack.Stack;
import io.saddle.stack.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * A real broker and a real registry for one test, with every topic and schema set up: child JVMs on free ports in a temporary
 * folder, so that they can be killed and started again without harm to the test. They end with the test's JVM, however it ends.
 *
 * <pre>{@code
 * try (TestCluster cluster = TestCluster.start()) {
 *     new KafkaProducer<>(Map.of("bootstrap.servers", cluster.bootstrapServers(), ...), ...);
 *     cluster.killBroker();
 *     cluster.restartBroker();
 * }
 * }</pre>
 */
public final class TestCluster implements AutoCloseable {

    /** All of saddle's services, in the order of their start. */
    public static final List<String> SERVICES = Service.NAMES;

    private final Stack stack;
    private final Map<String, String> environment;
    private final AtCutOff cleanUp;

    private TestCluster(Stack stack, Map<String, String> environment) {
        this.stack = stack;
        this.environment = environment;
        this.cleanUp = AtCutOff.run("test-cluster-end", this::endAndDelete);
    }

    /**
     * Starts broker and registry and returns when topics and schemas are there: 4 to 8 s.
     *
     * @param services packaged services to start as well ({@code dual-updater}, ...)
     * @throws StackException if something is not built or does not start
     */
    public static TestCluster start(String... services) {
        return start(line -> {}, services);
    }

    /** As {@link #start(String...)}, telling {@code progress} what it does. */
    public static TestCluster start(Consumer<String> progress, String... services) {
        return startIn(Path.of(System.getProperty("java.io.tmpdir")), progress, services);
    }

    /**
     * As {@link #start(Consumer, String...)}, on a disk of the caller's choice.
     *
     * @param parent the temporary folder is made in it; created if it is missing
     */
    public static TestCluster startIn(Path parent, Consumer<String> progress, String... services) {
        return startIn(parent, Map.of(), progress, services);
    }

    /**
     * As {@link #startIn(Path, Consumer, String...)}.
     *
     * @param environment of every process, beside this one's; settings as well ({@code SADDLE_ARTIFACTS_ROOT})
     */
    public static TestCluster startIn(
            Path parent, Map<String, String> environment, Consumer<String> progress, String... services) {
        return begin(settingsIn(parent, environment), environment, progress, withInfrastructure(services));
    }

    /** As {@link #start(String...)}, with users, rules and certificates ({@code ./saddle up --secured}). */
    public static TestCluster startSecured(String... services) {
        LocalSettings settings = settingsIn(Path.of(System.getProperty("java.io.tmpdir")), Map.of());
        LocalSettings.makeSecure(settings.securityFolder());
        return begin(settings, Map.of(), line -> {}, withInfrastructure(services));
    }

    private static LocalSettings settingsIn(Path parent, Map<String, String> environment) {
        Map<String, String> all = new HashMap<>(System.getenv());
        // A test leaves nothing in a store that whoever started it may have set for something else.
        all.remove(Setting.ARTIFACTS_ROOT.environmentName());
        all.putAll(environment);
        return LocalSettings.load(new Home(temporaryFolder(parent)), all, Ports.freeSettings());
    }

    private static List<String> withInfrastructure(String... services) {
        List<String> names = new ArrayList<>(List.of(KafkaBroker.NAME, SchemaRegistry.NAME));
        names.addAll(List.of(services));
        return names;
    }

    private static TestCluster begin(
            LocalSettings settings, Map<String, String> environment, Consumer<String> progress, List<String> names) {
        TestCluster cluster =
                new TestCluster(Stack.leashed(Distribution.locate(), settings, environment, progress), environment);
        try {
            cluster.stack.up(names);
            return cluster;
        } catch (RuntimeException e) {
            cluster.close();
            throw e;
        }
    }

    /**
     * Starts further processes of services on this cluster's broker, registry and artifacts, with ports, data and logs of
     * their own.
     *
     * @param options further JVM options of each, such as {@code -Dsaddle.trainer.worker=second}
     * @return what they are killed and stopped by; to be closed before this one
     */
    public TestCluster another(List<String> options, String... services) {
        LocalSettings settings = settings();
        Map<String, String> ports = Ports.freeSettings();
        for (Setting setting : List.of(Setting.BROKER_PORT, Setting.BROKER_CONTROLLER_PORT, Setting.REGISTRY_PORT)) {
            ports.put(setting.key(), settings.text(setting));
        }
        ports.put(
                Setting.SECURITY.key(),
                settings.text(Setting.SECURITY).isEmpty()
                        ? home().security().toString()
                        : settings.text(Setting.SECURITY));
        Map<String, String> theirs = new HashMap<>(System.getenv());
        for (String service : services) {
            String variable = LocalSettings.javaOptionsVariable(service);
            String given = theirs.getOrDefault(variable, "");
            theirs.put(
                    variable,
                    String.join(
                            " ",
                            given,
                            "-Dsaddle.artifacts.root=" + settings.artifactsRoot(),
                            String.join(" ", options)));
        }
        Home own = new Home(temporaryFolder(home().folder().getParent()));
        return begin(LocalSettings.load(own, theirs, ports), environment, line -> {}, List.of(services));
    }

    private static Path temporaryFolder(Path parent) {
        try {
            return Files.createTempDirectory(Files.createDirectories(parent), "saddle-test");
        } catch (IOException e) {
            throw new UncheckedIOException("no folder can be made in " + parent, e);
        }
    }

    public String bootstrapServers() {
        return stack.settings().bootstrapServers();
    }

    public String registryUrl() {
        return stack.settings().registryUrl();
    }

    public String consoleUrl() {
        return stack.settings().consoleUrl();
    }

    /** Ports and addresses of the processes. */
    public LocalSettings settings() {
        return stack.settings();
    }

    /** Settings, data and logs of the processes. */
    public Home home() {
        return stack.settings().home();
    }

    /** Serialisers over this registry. */
    public Serdes serdes() {
        return settings().kafka().serdes();
    }

    /** The two addresses under the names that saddle's services know them by, e.g. for a Quarkus test resource. */
    public Map<String, String> serviceProperties() {
        return Map.of("kafka.bootstrap.servers", bootstrapServers(), "saddle.registry.url", registryUrl());
    }

    /** Ends the broker as kill -9 does. */
    public void killBroker() {
        kill(KafkaBroker.NAME);
    }

    /** Starts the broker again with its data and ports, and waits until it serves: about 3 s after a kill. */
    public void restartBroker() {
        restart(KafkaBroker.NAME);
    }

    /** Ends the registry as kill -9 does. */
    public void killRegistry() {
        kill(SchemaRegistry.NAME);
    }

    /** Starts the registry again with its data and port. */
    public void restartRegistry() {
        restart(SchemaRegistry.NAME);
    }

    /** Ends any of the processes as kill -9 does. */
    public void kill(String name) {
        stack.kill(name);
    }

    /** Ends any of the processes as SIGTERM does, and waits for its end. */
    public void stop(String name) {
        stack.end(name);
    }

    /** Starts processes that were killed, or services that were not started yet, at the same time. */
    public void restart(String... names) {
        stack.up(List.of(names));
    }

    /** The id of a process, for signals. */
    public long pid(String name) {
        return stack.pid(name);
    }

    /** What was started and has ended, by a kill or by itself. */
    public List<String> dead() {
        return stack.dead();
    }

    /** Ends every process and deletes the folder. */
    @Override
    public void close() {
        endAndDelete();
        cleanUp.close();
    }

    private void endAndDelete() {
        stack.names().forEach(stack::kill);
        try {
            DurableFiles.deleteTree(home().folder());
        } catch (IOException e) {
            throw new UncheckedIOException(home().folder() + " cannot be deleted", e);
        }
    }
}
