package io.saddle.lab.soak;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.lab.simulation.ConsoleOffsets;
import io.saddle.lab.simulation.SimulatedRun;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Sends what runs in training say in hours through a console as fast as it reads, with watchers connected, and looks what
 * it holds: memory that grows with the hours is kept for no one.
 *
 * @param runs runs in training at the same time
 * @param hours of simulated training
 * @param watchers event streams, spread over the runs; one more is open and never read
 * @param samples looks at the memory, evenly over the hours
 */
public record ConsoleLoad(int runs, double hours, int watchers, int samples) {

    private static final String CONSOLE = "console";
    private static final long WARM_UP_SECONDS = 60;
    private static final long QUIET_MILLIS = 2000;
    private static final long PATIENCE_NANOS = 600_000_000_000L;

    /**
     * Measures: about a minute for a million records.
     *
     * @param folder where the broker's data is kept meanwhile: about 2 GB for a run's 24 hours
     * @param say takes lines for a person
     */
    public ConsoleLoadResult measure(Path folder, Consumer<String> say)
            throws IOException, InterruptedException, ExecutionException {
        try (TestCluster cluster = TestCluster.startIn(folder, say, CONSOLE)) {
            KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
                    Admin admin = Admin.create(kafka.admin())) {
                return measure(cluster, new Publisher(producer, kafka.serdes()), admin, say);
            }
        }
    }

    private ConsoleLoadResult measure(TestCluster cluster, Publisher publisher, Admin admin, Consumer<String> say)
            throws IOException, InterruptedException, ExecutionException {
        List<SimulatedRun> simulated = new ArrayList<>();
        for (String name : names()) {
            SimulatedRun run = new SimulatedRun(name, publisher);
            run.define();
            run.last().get();
            simulated.add(run);
        }
        ConsoleOffsets.awaitRead(admin);
        List<Watcher> open = watchers(cluster.consoleUrl());
        List<ConsoleLoadResult.Sample> seen = new ArrayList<>();
        long second = send(simulated, 0, WARM_UP_SECONDS);
        try {
            seen.add(sample(cluster, simulated, open, second, admin, say));
            long end = WARM_UP_SECONDS + Math.round(hours * 3600);
            for (int i = 1; i <= samples; i++) {
                second = send(simulated, second, WARM_UP_SECONDS + (end - WARM_UP_SECONDS) * i / samples);
                seen.add(sample(cluster, simulated, open, second, admin, say));
            }
        } finally {
            open.forEach(Watcher::close);
        }
        return new ConsoleLoadResult(
                List.copyOf(seen),
                open.stream().mapToLong(Watcher::events).sum(),
                open.stream().mapToLong(Watcher::cutOff).sum());
    }

    private List<String> names() {
        return IntStream.range(0, runs).mapToObj(i -> "soak-" + i).toList();
    }

    private List<Watcher> watchers(String consoleUrl) {
        HttpClient http =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        List<String> names = names();
        return IntStream.rangeClosed(0, watchers)
                .mapToObj(i -> new Watcher(
                        http,
                        URI.create(consoleUrl + "/api/runs/" + names.get(i % names.size()) + "/events"),
                        i == watchers))
                .toList();
    }

    private static long send(List<SimulatedRun> runs, long from, long to)
            throws ExecutionException, InterruptedException {
        for (long second = from; second < to; second++) {
            for (SimulatedRun run : runs) {
                run.second(second);
            }
        }
        for (SimulatedRun run : runs) {
            run.last().get();
        }
        return to;
    }

    private static ConsoleLoadResult.Sample sample(
            TestCluster cluster,
            List<SimulatedRun> runs,
            List<Watcher> watchers,
            long second,
            Admin admin,
            Consumer<String> say)
            throws IOException, InterruptedException, ExecutionException {
        ConsoleOffsets.awaitRead(admin);
        awaitQuiet(watchers);
        JvmMemory memory = JvmMemory.afterCollection(cluster.pid(CONSOLE));
        ConsoleLoadResult.Sample sample = new ConsoleLoadResult.Sample(
                (second - WARM_UP_SECONDS) / 3600.0,
                runs.stream().mapToLong(SimulatedRun::sent).sum(),
                memory.heapKiB(),
                memory.rssKiB());
        say.accept(String.format(
                "%.2f h, %,d records: heap %,d KiB after a collection, resident %,d KiB",
                sample.hours(), sample.records(), sample.heapKiB(), sample.rssKiB()));
        return sample;
    }

    /** Events that wait for watchers are bounded and on their way out: they do not count as kept. */
    private static void awaitQuiet(List<Watcher> watchers) throws InterruptedException {
        long before = -1;
        long now = watchers.stream().mapToLong(Watcher::events).sum();
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (now != before) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("the watchers are not quiet: " + now + " events and more");
            }
            before = now;
            Thread.sleep(QUIET_MILLIS);
            now = watchers.stream().mapToLong(Watcher::events).sum();
        }
    }
}
