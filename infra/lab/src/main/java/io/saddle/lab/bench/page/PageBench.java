package io.saddle.lab.bench.page;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Json;
import io.saddle.lab.bench.Side;
import io.saddle.lab.simulation.ConsoleOffsets;
import io.saddle.lab.simulation.SimulatedRun;
import io.saddle.stack.testing.Chromium;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import java.util.stream.DoubleStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.openqa.selenium.chrome.ChromeDriver;

/**
 * The bench of how long people wait for the page, in a real browser: until the list of many runs is there, until the curves of a long run are
 * drawn, and until what stands on a topic is seen. Every look is a fresh load of the page.
 */
public final class PageBench {

    /**
     * The amount of it.
     *
     * @param runs in the list
     * @param summaries primal steps of the long run
     * @param loads of each page
     * @param updates records whose way to the page is timed
     */
    public record Options(int runs, int summaries, int loads, int updates) {}

    private static final String LONG_RUN = "long";
    private static final Goal FIRST_PAINT = Goal.atMost(1000);
    private static final Goal OPEN = Goal.atMost(2000);
    private static final Goal UPDATE = Goal.atMost(1000);

    private final Options options;
    private final Path folder;
    private final Consumer<String> say;

    /**
     * @param folder where the stack's own folder is made, and deleted at the end
     * @param say takes lines for a person
     */
    public PageBench(Options options, Path folder, Consumer<String> say) {
        this.options = options;
        this.folder = folder;
        this.say = say;
    }

    /**
     * Measures; about a minute.
     *
     * @throws BenchException if there is no browser
     */
    public BenchReport measure() throws IOException, InterruptedException {
        Chromium.missing().ifPresent(reason -> {
            throw new BenchException(reason);
        });
        try (TestCluster cluster = TestCluster.startIn(folder, say, "console")) {
            KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
                    Admin admin = Admin.create(kafka.admin())) {
                return measure(cluster.consoleUrl(), new Publisher(producer, kafka.serdes()), admin);
            } catch (ExecutionException e) {
                throw new BenchException("Kafka: " + e.getCause());
            }
        }
    }

    private BenchReport measure(String console, Publisher publisher, Admin admin)
            throws IOException, InterruptedException, ExecutionException {
        say.accept(String.format(
                Locale.ROOT, "%,d runs, one of them with %,d primal steps", options.runs(), options.summaries()));
        for (int i = 1; i < options.runs(); i++) {
            SimulatedRun run = new SimulatedRun("run-" + i, publisher);
            run.define();
            run.second(0);
            run.last().get();
        }
        SimulatedRun longRun = new SimulatedRun(LONG_RUN, publisher);
        longRun.define();
        long seconds = options.summaries() / SimulatedRun.STEPS_PER_SECOND;
        for (long second = 0; second < seconds; second++) {
            longRun.second(second);
        }
        longRun.last().get();
        ConsoleOffsets.awaitRead(admin);
        Path profile = Files.createTempDirectory("saddle-browser");
        ChromeDriver browser = Chromium.open(profile);
        try {
            SeenPage page = new SeenPage(browser, console);
            return new BenchReport("page", List.of(loads(page), updates(page, longRun, seconds)));
        } finally {
            browser.quit();
        }
    }

    private Comparison loads(SeenPage page) {
        List<SeenPage.Load> lists = new ArrayList<>();
        List<SeenPage.Load> runs = new ArrayList<>();
        // The first load of each fills the console's caches and the browser's.
        for (int i = 0; i <= options.loads(); i++) {
            SeenPage.Load list = page.list(options.runs());
            SeenPage.Load run = page.run(LONG_RUN);
            if (i > 0) {
                lists.add(list);
                runs.add(run);
            }
        }
        Side.Measured paint = side("first paint", lists.stream().mapToDouble(SeenPage.Load::paintMillis));
        Side.Measured drawn = side("the run: curves drawn", runs.stream().mapToDouble(SeenPage.Load::completeMillis));
        return Comparison.of(
                        String.format(
                                Locale.ROOT,
                                "opening the list of %d runs, and the run with %,d primal steps",
                                options.runs(),
                                options.summaries()),
                        "ms",
                        List.of(
                                paint,
                                side("the list: every run", lists.stream().mapToDouble(SeenPage.Load::completeMillis)),
                                drawn))
                .withNote(
                        "first paint: " + FIRST_PAINT.verdict(paint.statistics().p99()))
                .withNote("curves drawn: " + OPEN.verdict(drawn.statistics().p99()));
    }

    private Comparison updates(SeenPage page, SimulatedRun run, long from)
            throws InterruptedException, ExecutionException {
        page.run(LONG_RUN);
        double[] millis = new double[options.updates()];
        for (int i = 0; i < millis.length; i++) {
            long second = from + i;
            long sent = System.currentTimeMillis();
            run.second(second);
            run.last().get();
            millis[i] = page.millisWhenStepIsSeen((second + 1) * SimulatedRun.STEPS_PER_SECOND) - sent;
        }
        Side.Measured way = side("record -> page", Arrays.stream(millis));
        return Comparison.of("from a record's sending to what the page shows", "ms", List.of(way))
                .withNote("updates: " + UPDATE.verdict(way.statistics().p99()));
    }

    private static Side.Measured side(String name, DoubleStream millis) {
        return new Side.Measured(
                name, Json.object(), "millis", List.of(Json.object().set("millis", Json.array(millis.toArray()))));
    }
}
