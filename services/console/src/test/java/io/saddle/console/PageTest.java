package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.saddle.artifact.ArtifactStore;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.OfferedEvaluator;
import io.saddle.schema.RunPhase;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser, over a real broker: what people do with it, and that nothing complains. */
abstract class PageTest extends ConsoleTest {

    static final int STEPS = 2000;

    record Screen(int width, int height, boolean dark) {}

    /** Each width, and each scheme on a wide and a narrow one. */
    static final List<Screen> SCREENS = List.of(
            new Screen(1440, 900, false),
            new Screen(1440, 900, true),
            new Screen(820, 1180, false),
            new Screen(390, 844, true));

    @TempDir
    static Path profile;

    static Browser browser;

    @TestHTTPResource("/")
    URL page;

    @Inject
    ArtifactStore artifacts;

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
            browser = null;
        }
    }

    @BeforeEach
    void evaluatorsAnnounceThemselves() throws Exception {
        EvaluatorAnnouncement announcement = EvaluatorAnnouncement.newBuilder()
                .setInstance("constraint-evaluator-1")
                .setEvaluators(List.of(
                        new OfferedEvaluator("denoising-loss", List.of("denoising-loss"), ""),
                        new OfferedEvaluator("minority-loss", List.of("denoising-loss"), "")))
                .setBuild("0.1.0")
                .setHeartbeatSeconds(3600)
                .setAnnouncedAt(Instant.now())
                .build();
        publisher
                .send(Topics.EVALUATORS, announcement.getInstance(), announcement)
                .get();
    }

    /** Before each test and not before all: a class that is given up as a whole is reported as one without tests. */
    @BeforeEach
    void open() {
        Optional<String> missing = Browser.missing();
        assumeTrue(missing.isEmpty(), missing::get);
        if (browser == null) {
            browser = Browser.open(profile);
        }
        // Another address of the page it stands at is only drawn: what a test has made of it would stay.
        browser.size(1280, 900).dark(false).go("about:blank");
    }

    @AfterEach
    void nothingComplains() {
        if (browser == null) {
            return;
        }
        assertEquals(List.of(), browser.complaints());
    }

    static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(100));
    }

    static void shows(String css, String words) {
        soon().untilAsserted(() -> assertTrue(
                browser.text(css).contains(words), () -> "'" + words + "' is not in:\n" + browser.text(css)));
    }

    TrainedRun training(String name, long steps) throws Exception {
        assertEquals(201, post("", TrainedRun.specification(name, STEPS)).statusCode(), "submission of " + name);
        TrainedRun trained = new TrainedRun(publisher, artifacts, name).train(0, steps);
        return trained.status(RunPhase.TRAINING, steps, STEPS, "trains").durable();
    }

    /** Its run, of which three models are judged. */
    TrainedRun judgedThreeTimes() throws Exception {
        return training(run, 1200)
                .judged(400, 120.5)
                .judged(800, 60.25)
                .judged(1200, 33.5)
                .durable();
    }

    void openRun() {
        browser.go(page + "#/runs/" + run);
        shows("h1", run);
    }

    ConstraintDefinition newest(String id) {
        List<ConstraintDefinition> versions = written(Topics.CONSTRAINTS).stream()
                .filter(definition -> definition.getConstraintId().equals(id))
                .toList();
        return versions.get(versions.size() - 1);
    }

    TrainingRun newest() {
        List<TrainingRun> revisions = written(Topics.RUNS);
        return revisions.get(revisions.size() - 1);
    }

    static long newestPoint(String chart) {
        return Long.parseLong(
                browser.find(".chart[aria-label^='" + chart + "']").getAttribute("data-step"));
    }

    static int pointsOf(String chart) {
        return Integer.parseInt(
                browser.find(".chart[aria-label^='" + chart + "']").getAttribute("data-points"));
    }

    static boolean loaded(String model) {
        return Boolean.TRUE.equals(browser.run(
                "const i = document.querySelector('figure img');"
                        + " return i !== null && i.alt.endsWith(arguments[0]) && i.complete && i.naturalWidth > 0",
                model));
    }

    void labelled(String name, String labels) throws Exception {
        assertEquals(
                201,
                post("", TrainedRun.specification(name, STEPS) + "labels: " + labels + "\n")
                        .statusCode());
    }

    void rows(String... names) {
        soon().untilAsserted(() -> assertEquals(
                List.of(names), List.of(browser.text("tbody th > a").split("\n"))));
    }

    /** What the page has asked the console for under this path, as often as it did. */
    static List<String> asked(String path) {
        return List.of(String.valueOf(browser.run(
                        "return performance.getEntriesByType('resource').map(({name}) => new URL(name))"
                                + ".filter(({pathname}) => pathname === arguments[0]).map(({search}) => search).join('\\n')",
                        path))
                .split("\n"));
    }

    /** A run, two tunings of it, a decision, and what comes of it. */
    String executed() throws Exception {
        String definition = """
                name: %s
                description: pre-train, tune twice, look
                steps:
                  pretrain: {run: {constraints: []}}
                  tune: {needs: pretrain, matrix: {variant: {free: {}, held: {seed: 3}}}, run: {constraints: []}}
                  look: {approval: 'Is ${steps.pretrain.run} good enough?', needs: pretrain}
                  finish: {needs: [tune, look], run: {constraints: []}}
                """.formatted(run);
        assertEquals(201, post("/../pipelines", definition).statusCode());
        assertEquals(201, post("/../pipelines/" + run + "/executions", "").statusCode());
        String first = run + "-1.pretrain";
        soon().until(() -> get("/" + first).statusCode() == 200);
        new TrainedRun(publisher, artifacts, first)
                .judged(100, 40.5, true)
                .status(RunPhase.COMPLETED, 100, 100, "")
                .durable();
        return run + "-1";
    }

    static void assertFitsIn(int width, String what) {
        long needed = ((Number) browser.run("return document.documentElement.scrollWidth")).longValue();
        assertTrue(needed <= width, () -> what + " is " + needed + " pixels wide, wider than " + width);
    }
}
