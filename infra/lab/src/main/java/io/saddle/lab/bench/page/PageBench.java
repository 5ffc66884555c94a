package io.saddle.lab.bench.page;

import io.saddle.kafka.KafkaSettings;
import io.saddle.kafka.Publisher;
import io.saddle.lab.bench.Bench;
import io.saddle.lab.bench.BenchContext;
import io.saddle.lab.bench.BenchException;
import io.saddle.lab.bench.BenchReport;
import io.saddle.lab.bench.Comparison;
import io.saddle.lab.bench.Goal;
import io.saddle.lab.bench.Side;
import io.saddle.lab.simulation.ConsoleOffsets;
import io.saddle.lab.simulation.SimulatedRun;
import io.saddle.stack.testing.Chromium;
import io.saddle.stack.testing.TestCluster;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.function.ToDoubleFunction;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.openqa.selenium.chrome.ChromeDriver;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The bench of how long people wait for the page, in a real browser: until the list of many runs is there, until the curves of a long run are
 * drawn, and until what stands on a topic is seen. Every look is a fresh load of the page.
 */
@Command(
        name = "page",
        description = {
            "The console's page in a real browser: until the list of many runs and a long run are there, and until a record"
                    + " is seen.",
            "Needs Chromium and its driver. Starts a console of its own on free ports, in a folder of its own that is"
                    + " deleted at the end."
        },
        footer = {"  ./saddle bench page", "  ./saddle bench page --runs 500 --summaries 1000000 --json page.json"})
public final class PageBench extends Bench {

    private static final String LONG_RUN = "long";
    /** The page shows so many at once, and more when it is asked to. */
    private static final int LISTED = 200;

    private static final Goal FIRST_PAINT = Goal.atMost(1000);
    private static final Goal OPEN = Goal.atMost(2000);
    private static final Goal UPDATE = Goal.atMost(1000);

    @Option(
            names = "--runs",
            paramLabel = "N",
            defaultValue = "100",
            description = "Runs in the list (default: ${DEFAULT-VALUE}).")
    private int runs;

    @Option(
            names = "--summaries",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Primal steps of the long run (default: ${DEFAULT-VALUE}).")
    private int summaries;

    @Option(
            names = "--loads",
            paramLabel = "N",
            defaultValue = "20",
            description = "Loads of each page (default: ${DEFAULT-VALUE}).")
    private int loads;

    @Option(
            names = "--updates",
            paramLabel = "N",
            defaultValue = "50",
            description = "Records whose way to the page is timed (default: ${DEFAULT-VALUE}).")
    private int updates;

    /**
     * Measures; about a minute.
     *
     * @throws BenchException if there is no browser
     */
    @Override
    public List<BenchReport> measure(BenchContext context) throws IOException, InterruptedException {
        atLeast("--runs", runs, 1);
        atLeast("--summaries", summaries, 1);
        atLeast("--loads", loads, 1);
        atLeast("--updates", updates, 1);
        Chromium.missing().ifPresent(reason -> {
            throw new BenchException(reason);
        });
        try (TestCluster cluster = TestCluster.startIn(context.folder("page"), this::say, "console")) {
            KafkaSettings kafka = new KafkaSettings(cluster.bootstrapServers(), cluster.registryUrl());
            try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                            kafka.producer(), new ByteArraySerializer(), new ByteArraySerializer());
                    Admin admin = Admin.create(kafka.admin())) {
                return List.of(measure(cluster, new Publisher(producer, kafka.serdes()), admin));
            } catch (ExecutionException e) {
                throw new BenchException("Kafka: " + e.getCause());
            }
        }
    }

    private BenchReport measure(TestCluster cluster, Publisher publisher, Admin admin)
            throws IOException, InterruptedException, ExecutionException {
        say(String.format(Locale.ROOT, "%,d runs, one of them with %,d primal steps", runs, summaries));
        for (int i = 1; i < runs; i++) {
            SimulatedRun run = new SimulatedRun("run-" + i, publisher);
            run.define();
            run.second(SimulatedRun.SECONDS_PER_DUAL_STEP - 1);
            run.last().get();
        }
        SimulatedRun longRun = new SimulatedRun(LONG_RUN, publisher);
        longRun.define();
        long seconds = summaries / SimulatedRun.STEPS_PER_SECOND;
        for (long second = 0; second < seconds; second++) {
            longRun.second(second);
        }
        longRun.last().get();
        ConsoleOffsets.awaitRead(admin);
        Path profile = Files.createTempDirectory(cluster.home().folder(), "browser");
        ChromeDriver browser = Chromium.open(profile);
        try {
            SeenPage page = new SeenPage(browser, cluster.consoleUrl());
            return new BenchReport("page", List.of(loads(page), updates(page, longRun, seconds)));
        } finally {
            browser.quit();
        }
    }

    private Comparison loads(SeenPage page) {
        List<SeenPage.Load> lists = new ArrayList<>();
        List<SeenPage.Load> details = new ArrayList<>();
        // The first load of each fills the console's caches and the browser's.
        for (int i = 0; i <= loads; i++) {
            SeenPage.Load list = page.list(Math.min(runs, LISTED));
            SeenPage.Load run = page.run(LONG_RUN);
            if (i > 0) {
                lists.add(list);
                details.add(run);
            }
        }
        Side.Measured paint = side("first paint", lists, SeenPage.Load::paintMillis);
        Side.Measured drawn = side("the run: curves drawn", details, SeenPage.Load::completeMillis);
        return Comparison.of(
                        String.format(
                                Locale.ROOT,
                                "opening the list of %d runs, and the run with %,d primal steps",
                                runs,
                                summaries),
                        "ms",
                        List.of(
                                paint,
                                side(
                                        runs > LISTED
                                                ? "the list: its first " + LISTED + " runs"
                                                : "the list: every run",
                                        lists,
                                        SeenPage.Load::completeMillis),
                                drawn))
                .withNote(
                        "first paint: " + FIRST_PAINT.verdict(paint.statistics().p99()))
                .withNote("curves drawn: " + OPEN.verdict(drawn.statistics().p99()));
    }

    private static Side.Measured side(String name, List<SeenPage.Load> loads, ToDoubleFunction<SeenPage.Load> millis) {
        return Side.Measured.ofMillis(name, loads.stream().mapToDouble(millis).toArray());
    }

    private Comparison updates(SeenPage page, SimulatedRun run, long from)
            throws InterruptedException, ExecutionException {
        page.run(LONG_RUN);
        double[] millis = new double[updates];
        for (int i = 0; i < millis.length; i++) {
            long second = from + i;
            long sent = System.currentTimeMillis();
            run.second(second);
            run.last().get();
            millis[i] = page.millisWhenStepIsSeen((second + 1) * SimulatedRun.STEPS_PER_SECOND) - sent;
        }
        Side.Measured way = Side.Measured.ofMillis("record -> page", millis);
        return Comparison.of("from a record's sending to what the page shows", "ms", List.of(way))
                .withNote("updates: " + UPDATE.verdict(way.statistics().p99()));
    }
}
