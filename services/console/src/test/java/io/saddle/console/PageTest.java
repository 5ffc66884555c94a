package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
import io.saddle.console.history.RunHistories;
import io.saddle.console.lifecycle.StoredArtifacts;
import io.saddle.schema.ConstraintDefinition;
import io.saddle.schema.ConstraintState;
import io.saddle.schema.DesiredState;
import io.saddle.schema.EvaluatorAnnouncement;
import io.saddle.schema.OfferedEvaluator;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import io.saddle.schema.TrainingRun;
import io.saddle.topic.Topics;
import jakarta.inject.Inject;
import java.net.URL;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The page in a real browser, over a real broker: what people do with it, and that nothing complains. */
@QuarkusTest
class PageTest extends ConsoleTest {

    private static final int STEPS = 2000;
    private static final Map<String, String> HEADINGS = Map.of(
            "runs", "Runs",
            "new", "New run",
            "pipelines", "Pipelines",
            "datasets", "Data sets",
            "audit", "Audit",
            "access", "Access");

    private record Screen(int width, int height, boolean dark) {}

    /** Each width, and each scheme on a wide and a narrow one. */
    private static final List<Screen> SCREENS = List.of(
            new Screen(1440, 900, false),
            new Screen(1440, 900, true),
            new Screen(820, 1180, false),
            new Screen(390, 844, true));

    @TempDir
    static Path profile;

    private static Browser browser;

    @TestHTTPResource("/")
    URL page;

    @Inject
    ArtifactStore artifacts;

    @Inject
    StoredArtifacts stored;

    @Inject
    RunHistories histories;

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
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

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(20)).pollInterval(Duration.ofMillis(100));
    }

    private static void shows(String css, String words) {
        soon().untilAsserted(() -> assertTrue(
                browser.text(css).contains(words), () -> "'" + words + "' is not in:\n" + browser.text(css)));
    }

    private TrainedRun training(String name, long steps) throws Exception {
        assertEquals(201, post("", TrainedRun.specification(name, STEPS)).statusCode(), "submission of " + name);
        TrainedRun trained = new TrainedRun(publisher, artifacts, name).train(0, steps);
        return trained.status(RunPhase.TRAINING, steps, STEPS, "trains").durable();
    }

    private void openRun() {
        browser.go(page + "#/runs/" + run);
        shows("h1", run);
    }

    private ConstraintDefinition newest(String id) {
        List<ConstraintDefinition> versions = written(Topics.CONSTRAINTS).stream()
                .filter(definition -> definition.getConstraintId().equals(id))
                .toList();
        return versions.get(versions.size() - 1);
    }

    private TrainingRun newest() {
        List<TrainingRun> revisions = written(Topics.RUNS);
        return revisions.get(revisions.size() - 1);
    }

    @Test
    void aRunsPageShowsItsCurvesItsConstraintsInWordsAndItsSamplesOverTime() throws Exception {
        training(run, 1200)
                .judged(400, 120.5)
                .judged(800, 60.25)
                .judged(1200, 33.5)
                .durable();
        openRun();

        shows(".facts", "1200 of 2000");
        shows(".facts", "33.5 (N 2000)");
        shows(".facts", "2 min 0 s");
        shows(".minimised", "Objective: mean squared error of the velocity (v_prediction), unweighted");
        shows("table.constraints", "met by");
        shows("table.constraints", "mean squared error of the velocity (v_prediction), unweighted");
        assertEquals(3, browser.count("table.constraints tbody tr"));
        soon().until(() -> browser.count(".u-over") >= 8);
        assertTrue(browser.find(".chart[aria-label^='Multipliers']")
                .getAttribute("aria-label")
                .contains("digit-4 "));
        soon().until(() -> loaded("step 1200"));
        chooseModel(0);
        soon().until(() -> loaded("step 400"));
        shows("h3", "Frechet distance, small-cnn 120.5, N 2000");
        shows("main", "DDIM, 20 steps");
    }

    /** What the objective is weighted by is no constraint's, and no curve's. */
    @Test
    void aRunsPageSaysWhatIsMinimisedAndInWhichLossEachConstraintIsMeasured() throws Exception {
        String specification = TrainedRun.specification(run, STEPS)
                        .replace("training: {", "model: {prediction: epsilon}\ntraining: {minSnrGamma: 5, ")
                + "  - {id: share, kind: class-frequency, atLeast: 0.1, data: {classes: {4: {}}}}\n";
        assertEquals(201, post("", specification).statusCode());
        new TrainedRun(publisher, artifacts, run).train(0, 40).durable();
        openRun();

        shows(".minimised", "mean squared error of the noise (epsilon), weighted by min-SNR with gamma 5");
        shows("h3", "without the objective's weights");
        shows("table.constraints", "mean squared error of the noise (epsilon), unweighted");
        shows(
                "table.constraints",
                "share of the generated images outside the classes; trained on mean squared error of the noise (epsilon), unweighted");
        browser.picture("losses");
        browser.assertAccessible("losses");
    }

    /** Of a small classifier's features nothing may be called FID. */
    @Test
    void distancesHaveTheirRightNamesAndStandBesideThoseOfRealImages() throws Exception {
        training(run, 1200)
                .judged(400, 120.5)
                .judged(800, 60.25)
                .judged(1200, 33.5)
                .durable();
        openRun();

        shows(".facts", "Frechet distance, small-cnn");
        soon().until(() -> newestPoint("Frechet distance, small-cnn") == 1200);
        assertEquals(3, pointsOf("Frechet distance, small-cnn"), "that of an earlier release too");
        String distance = label("Frechet distance, mobilenet-v1");
        assertTrue(distance.contains("real images among themselves 2.125"), distance);
        assertTrue(distance.contains("of infinitely many samples 9.167"), distance);
        assertTrue(label("KID, small-cnn").contains("KID ± standard error 0.0335"), label("KID, small-cnn"));
        assertTrue(label("Precision and recall, small-cnn").contains("recall 0.4323"), label("Precision and recall"));
        shows("table.distances", "0.0335 ± 0.0034");
        shows("table.distances", "0.0005 ± 0.0004");
        shows("main", "classes: small-cnn (97.25 % held-out accuracy");
        browser.follow("details summary");
        shows("details table", "too few images");
        shows("details table", "863");
        assertFalse(browser.text("main").contains("FID"), browser.text("main"));
        for (boolean dark : new boolean[] {false, true}) {
            browser.dark(dark);
            String colour = dark ? "rgb(74, 222, 128)" : "rgb(22, 122, 58)";
            soon().untilAsserted(() -> assertEquals(colour, colourOfTheFloor()));
            browser.picture("distances" + (dark ? "-dark" : "-light"));
            browser.assertAccessible("distances");
        }
    }

    /** One from the dead letters took all newer ones off the page. */
    @Test
    void aScoreThatComesLateHasItsPlaceAmongTheOthers() throws Exception {
        TrainedRun trained = training(run, 1200)
                .judged(400, 120.5)
                .judged(800, 60.25)
                .judged(1200, 33.5)
                .durable();
        openRun();
        shows(".live", "live");
        shows(".facts", "33.5 (N 2000)");
        soon().until(() -> pointsOf("Frechet distance, small-cnn") == 3);
        soon().until(() -> !browser.text("main").contains("the past is still being read"));
        chooseModel(1);
        soon().until(() -> loaded("step 800"));

        trained.judged(600, 90.5).durable();
        soon().until(() -> pointsOf("Frechet distance, small-cnn") == 4);
        assertEquals(1200, newestPoint("Frechet distance, small-cnn"));
        shows(".facts", "33.5 (N 2000)");
        assertTrue(loaded("step 800"), "another model's samples");

        trained.judged(1200, 30.25).durable();
        shows(".facts", "30.25 (N 2000)");
        assertEquals(4, pointsOf("Frechet distance, small-cnn"), "judged anew, not once more");
    }

    private static void chooseModel(int index) {
        browser.run(
                "const s = document.querySelector('input[type=range]'); s.value = arguments[0];"
                        + " s.dispatchEvent(new Event('input', {bubbles: true}));",
                index);
    }

    /** Curves take their colours when they are drawn. */
    private static String colourOfTheFloor() {
        return String.valueOf(
                browser.run("const marks = document.querySelectorAll(\".chart[aria-label^='KID'] .u-marker\");"
                        + " return getComputedStyle(marks[marks.length - 1]).borderTopColor"));
    }

    private static String label(String chart) {
        return browser.find(".chart[aria-label^='" + chart + "']").getAttribute("aria-label");
    }

    private static long newestPoint(String chart) {
        return Long.parseLong(
                browser.find(".chart[aria-label^='" + chart + "']").getAttribute("data-step"));
    }

    private static int pointsOf(String chart) {
        return Integer.parseInt(
                browser.find(".chart[aria-label^='" + chart + "']").getAttribute("data-points"));
    }

    private static boolean loaded(String model) {
        return Boolean.TRUE.equals(browser.run(
                "const i = document.querySelector('figure img');"
                        + " return i !== null && i.alt.endsWith(arguments[0]) && i.complete && i.naturalWidth > 0",
                model));
    }

    @Test
    void aRunsPageShowsWhoDoesWhichSlotOfTheRoundUnderWayAndNothingOfThatAfterwards() throws Exception {
        assertEquals(
                201,
                post("", TrainedRun.specification(run, STEPS).replace("training: {", "training: {slots: 4, "))
                        .statusCode());
        TrainedRun trained = new TrainedRun(publisher, artifacts, run)
                .status(RunPhase.TRAINING, 40, STEPS, "trains")
                .given(20, 4)
                .did(20, 0, "trainer-1")
                .did(20, 1, "trainer-22365045-91aa-43c2-9b38-4defa057215d")
                .did(20, 2, "trainer-1")
                .did(20, 3, "trainer-1")
                .durable();
        openRun();
        shows(".of-round", "Steps 21 to 40: 4 of 4 done");

        trained.given(40, 4)
                .did(40, 1, "trainer-22365045-91aa-43c2-9b38-4defa057215d")
                .couldNotDo(40, 2, "trainer-2@a-machine-with-a-long-name-4711", "there is no such device")
                .given(40, 2, 4, 1)
                .durable();

        shows(".of-round", "Steps 41 to 60: 1 of 4 done");
        shows(".slots li:nth-child(2)", "trainer-22365045, 1.3 s");
        shows(".slots li:nth-child(3)", "attempt 2");
        shows(
                ".sums",
                "2 rounds, 5 slots done since the console is up; 16.4 MB of states a round; given again 1 time;");
        shows(".sums", "by trainer-1 3, trainer-22365045 2");
        shows(
                ".problem",
                "slot 2 of the steps after 40, by trainer-2@a-machine-with-a-long-name-4711: there is no such device");
        for (Screen screen : SCREENS) {
            browser.dark(screen.dark()).size(screen.width(), screen.height());
            browser.assertAccessible("slots " + screen);
            assertFitsIn(screen.width(), "slots " + screen);
            browser.picture("slots-" + screen.width() + (screen.dark() ? "-dark" : "-light"));
        }

        trained.status(RunPhase.COMPLETED, STEPS, STEPS, "done").durable();
        shows("h1", "completed");
        soon().until(() -> browser.count(".slots") == 0);
    }

    @Test
    void whatIsWrittenToATopicIsOnThePageWithoutBeingAskedFor() throws Exception {
        TrainedRun trained = training(run, 40);
        openRun();
        shows(".facts", "40 of 2000");

        trained.train(40, 60).status(RunPhase.TRAINING, 60, STEPS, "trains").durable();
        trained.alert(Severity.WARNING, "'digit-4' asks for more than there is", "raise its threshold", "digit-4")
                .durable();

        shows(".facts", "60 of 2000");
        shows(".alert", "'digit-4' asks for more than there is");
        shows(".timeline", "raise its threshold");
        soon().until(() -> newestPoint("Gradient norm") == 60);
        // The legend of stacked areas tells each one's own share, of points that came since it was drawn too.
        soon().untilAsserted(() -> {
            String legend = browser.text(".chart[aria-label^='Mixture weights'] .u-legend");
            assertTrue(legend.contains("60") && !legend.contains("–"), legend);
        });
    }

    @Test
    void aLostConnectionHealsAndTheGapIsFilled() throws Exception {
        TrainedRun trained = training(run, 40);
        try (CuttableLink link = new CuttableLink(page.getPort())) {
            browser.go("http://127.0.0.1:" + link.port() + "/#/runs/" + run);
            shows(".live", "live");

            link.cut();
            shows(".live", "connection lost");
            trained.train(40, 80).status(RunPhase.TRAINING, 80, STEPS, "trains").durable();
            link.mend();

            shows(".live", "live");
            shows(".facts", "80 of 2000");
            soon().until(() -> newestPoint("Gradient norm") == 80);
            assertEquals(80, pointsOf("Gradient norm"), "one for each step");
            browser.go("about:blank");
        }
        browser.complaints();
    }

    /** Tells the page that it is seen or hidden, as a browser does when somebody goes to another tab. */
    private static void becomes(String visibility) {
        browser.run(
                "Object.defineProperty(document, 'visibilityState', {value: arguments[0], configurable: true});"
                        + " document.dispatchEvent(new Event('visibilitychange'));",
                visibility);
    }

    /** A browser opens six connections to a host, and a seventh tab waited for one of them for ever. */
    @Test
    void aHiddenPageGivesItsConnectionBackAndFillsTheGapWhenItIsSeenAgain() throws Exception {
        TrainedRun trained = training(run, 40);
        browser.go(page + "#/runs");
        shows("h1", "Runs");
        browser.run("window.streams = []; window.EventSource = class extends EventSource {"
                + " constructor(address) { super(address); window.streams.push(this); } };");
        openRun();
        shows(".live", "live");
        shows(".facts", "40 of 2000");

        // Who is back soon finds the stream as it was.
        becomes("hidden");
        becomes("visible");
        becomes("hidden");
        soon().until(() -> browser.run("return window.streams.at(-1).readyState === EventSource.CLOSED")
                .equals(true));
        assertEquals("live", browser.text(".live"), "closed on purpose is no lost connection");
        trained.train(40, 80).status(RunPhase.TRAINING, 80, STEPS, "trains").durable();
        becomes("visible");

        shows(".facts", "80 of 2000");
        soon().until(() -> newestPoint("Gradient norm") == 80);
        assertEquals(80, pointsOf("Gradient norm"), "one for each step");
        assertEquals(2L, browser.run("return window.streams.length"));
        assertEquals("live", browser.text(".live"));
    }

    /** The browser keeps a page that is left as it is, with its connection, and the seventh waited for one of them for ever. */
    @Test
    void aPageThatIsLeftGivesItsConnectionBackAndFillsTheGapWhenOneComesBack() throws Exception {
        TrainedRun trained = training(run, 40);
        for (int i = 0; i < 8; i++) {
            browser.go("about:blank");
            openRun();
            shows(".live", "live");
        }
        browser.go("about:blank");
        trained.train(40, 80).status(RunPhase.TRAINING, 80, STEPS, "trains").durable();
        browser.run("history.back()");
        shows(".facts", "80 of 2000");
        soon().until(() -> newestPoint("Gradient norm") == 80);
        shows(".live", "live");
    }

    @Test
    void aThresholdIsChangedFromThePageAndItsEffectComesBackByTheTopic() throws Exception {
        training(run, 200);
        openRun();

        browser.press("threshold digit-5");
        browser.type("dialog input[name=threshold]", "0.07");
        browser.type("dialog input[name=reason]", "too lax");
        browser.answer("Set");

        shows("table.constraints", "at most 0.07");
        shows(".timeline", "threshold of 'digit-5' is 0.07, was 0.11");
        assertEquals(0.07, newest("digit-5").getThreshold());
        assertEquals("too lax", newest("digit-5").getReason());
        soon().until(() -> browser.count("dialog[open]") == 0);
    }

    /** An empty field was taken for 0, and the run was held to that from then on. */
    @Test
    void aThresholdThatIsLeftEmptyIsAskedForAndNeverTakenForZero() throws Exception {
        training(run, 200);
        openRun();
        browser.press("threshold digit-5");
        browser.type("dialog input[name=threshold]", "");
        browser.answer("Set");
        assertEquals(1, browser.count("dialog[open] input[name=threshold]:invalid"));

        // What the browser lets through the console refuses.
        browser.run("document.querySelector('dialog form').noValidate = true");
        browser.answer("Set");
        shows("dialog [role=alert]", "is required");
        assertEquals(1, newest("digit-5").getVersion());
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.complaints();
    }

    @Test
    void whatTheConsoleRefusesStaysOpenWithItsReason() throws Exception {
        training(run, 200);
        openRun();
        browser.press("threshold digit-5");
        browser.type("dialog input[name=threshold]", "-1");
        browser.answer("Set");

        shows("dialog [role=alert]", "threshold");
        assertEquals(1, browser.count("dialog[open]"));
        assertEquals(1, newest("digit-5").getVersion());
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.complaints();
    }

    /** What the page asks for with this method fails from now on as it does where the network is away. */
    private static void cut(String method) {
        browser.run(
                "const reach = window.fetch; window.mend = () => { window.fetch = reach; };"
                        + " window.fetch = (path, options) => (options.method ?? 'GET') === arguments[0]"
                        + " ? Promise.reject(new TypeError('Failed to fetch')) : reach(path, options);",
                method);
    }

    /** The dialog had no words for it, and the page stood still from then on, while it said "live". */
    @Test
    void aDialogSaysThatTheNetworkIsAwayAndThePageGoesOn() throws Exception {
        TrainedRun trained = training(run, 40);
        openRun();
        browser.press("Pause");
        cut("POST");
        browser.answer("Pause");
        shows("dialog [role=alert]", "the connection is lost");
        shows("dialog [role=alert]", "look before you ask again");

        trained.status(RunPhase.TRAINING, 60, STEPS, "trains").durable();
        shows(".facts", "60 of 2000");
        browser.run("window.mend()");
        browser.answer("Pause");
        soon().until(() -> browser.count("dialog[open]") == 0);
        soon().until(() -> newest().getDesiredState() == DesiredState.PAUSED);
    }

    /** What came of it was left to the next question, which could not be drawn. */
    @Test
    void aDialogThatIsLeftWhileItAsksLeavesNothingBehind() throws Exception {
        TrainedRun trained = training(run, 40);
        openRun();
        browser.press("Pause");
        browser.run("const reach = window.fetch; window.fetch = (path, options) => options.method !== 'POST'"
                + " ? reach(path, options) : new Promise((resolve) => { window.answer = () => {"
                + " window.fetch = reach; resolve(reach(path, options)); }; });");
        browser.answer("Pause");
        soon().until(() -> "function".equals(browser.run("return typeof window.answer")));
        browser.keys().sendKeys(Keys.ESCAPE).perform();
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.run("window.answer()");

        browser.press("Resume");
        shows("dialog", "Resume " + run + "?");
        assertEquals(0, browser.count("dialog [role=alert]"));
        browser.answer("Resume");
        soon().until(() -> browser.count("dialog[open]") == 0);
        trained.status(RunPhase.TRAINING, 60, STEPS, "trains").durable();
        shows(".facts", "60 of 2000");
    }

    @Test
    void aViewThatCannotBeDrawnSaysSoAndTheOthersCan() throws Exception {
        training(run, 40);
        browser.go(page + "#/runs");
        shows("h1", "Runs");
        browser.run("const reach = window.fetch; window.fetch = (path, options) => path.endsWith('/constraints')"
                + " ? Promise.resolve(new Response('[{}]')) : reach(path, options);");
        browser.run("location.hash = '#/runs/" + run + "'");
        shows("main [role=alert]", "This page cannot be shown");
        browser.assertAccessible("failed view");
        browser.complaints();

        browser.run("location.hash = '#/runs'");
        shows("h1", "Runs");
        browser.run("location.hash = '#/runs/" + run + "'");
        shows("main [role=alert]", "This page cannot be shown");
        browser.press("Load it again");
        shows(".facts", "40 of 2000");
        browser.complaints();
    }

    /** JSON has no such numbers: they come as text, and the page stood still from then on. */
    @Test
    void numbersThatAreNoneHaveTheirPlaceOnARunsPage() throws Exception {
        training(run, 200)
                .judged(100, 40.5)
                .judged(200, Double.NaN)
                .estimated("digit-4", "denoising-loss", 220, Double.NaN)
                .estimated("digit-5", "denoising-loss", 220, Double.POSITIVE_INFINITY)
                .durable();
        openRun();

        shows("table.constraints", "Infinity");
        soon().untilAsserted(() -> assertEquals(
                "–",
                browser.text("table.constraints tbody tr:first-child [data-label=loss]")
                        .lines()
                        .findFirst()
                        .orElse("")));
        shows(".facts", "– (N 2000)");
        soon().until(() -> pointsOf("Frechet distance, small-cnn") == 2);
        browser.go(page + "#/compare?runs=" + run);
        shows("table", "– (N 2000)");
        soon().until(() -> browser.count(".u-over") > 3);
        browser.go(page + "#/runs?text=" + run);
        rows(run);
    }

    @Test
    void anEvaluatorIsPutInTheShadowOfAnotherAndPromoted() throws Exception {
        training(run, 200);
        openRun();
        browser.press("shadow digit-5");
        browser.type("dialog input[name=evaluator]", "minority-loss");
        browser.answer("Start");
        shows("table.constraints", "minority-loss");
        assertEquals(ConstraintState.SHADOW, newest("digit-5.minority-loss").getState());
        browser.press("promote digit-5.minority-loss");
        browser.answer("Promote");
        shows("dialog [role=alert]", "was never measured by 'minority-loss'");
        browser.answer("Cancel");
        browser.complaints();
        new TrainedRun(publisher, artifacts, run)
                .estimated("digit-5.minority-loss", "minority-loss", 220)
                .durable();
        soon().until(() -> histories
                .find(run)
                .filter(history -> history.isMeasured("digit-5.minority-loss", "minority-loss"))
                .isPresent());

        browser.press("promote digit-5.minority-loss");
        browser.answer("Promote");

        shows(".timeline", "'digit-5' is measured by 'minority-loss' in place of 'denoising-loss'");
        assertEquals("minority-loss", newest("digit-5").getEvaluator());
    }

    @Test
    void aRunIsPausedResumedAndStopped() throws Exception {
        training(run, 200);
        openRun();
        browser.press("Pause");
        browser.type("dialog input[name=reason]", "the room is hot");
        browser.answer("Pause");
        shows("main", "Resume");
        assertEquals(DesiredState.PAUSED, newest().getDesiredState());
        browser.press("Resume");
        browser.answer("Resume");
        shows("main", "Pause");
        browser.press("Stop");
        shows("dialog", "no run goes on after it was stopped");
        browser.answer("Stop");
        soon().until(() -> newest().getDesiredState() == DesiredState.STOPPED);
        shows(".timeline", "asked to be stopped");

        browser.follow("a[href='#/audit?subject=" + run + "']");
        shows(".audit", "STOPPED");
        shows(".audit", "the room is hot");
        assertTrue(browser.text(".audit").contains("desiredState RUNNING → PAUSED"), () -> browser.text(".audit"));
        browser.type("main input[type=search]", "hot");
        soon().until(() -> browser.count(".audit tbody tr") == 1);
        browser.follow(".audit tbody a");
        shows("h1", run);
    }

    private String hash() {
        return String.valueOf(browser.run("return location.hash"));
    }

    private void labelled(String name, String labels) throws Exception {
        assertEquals(
                201,
                post("", TrainedRun.specification(name, STEPS) + "labels: " + labels + "\n")
                        .statusCode());
    }

    private void rows(String... names) {
        soon().untilAsserted(() -> assertEquals(
                List.of(names), List.of(browser.text("tbody th > a").split("\n"))));
    }

    @Test
    void theListIsNarrowedDownWithItsAddressAndTheKeyboard() throws Exception {
        labelled(run + "-a", "{team: vision}");
        labelled(run + "-b", "{team: audio, debug: ''}");
        new TrainedRun(publisher, artifacts, run + "-b")
                .status(RunPhase.PAUSED, 20, STEPS, "rests")
                .durable();
        browser.go(page + "#/runs");
        shows("h1", "Runs");
        browser.keys().sendKeys("/").perform();
        assertEquals("text", String.valueOf(browser.run("return document.activeElement.name")));
        browser.keys().sendKeys(run).perform();
        rows(run + "-b", run + "-a");
        soon().untilAsserted(() -> assertEquals("#/runs?text=" + run, hash()));
        assertEquals(run, browser.find("input[name=text]").getAttribute("value"));
        assertEquals("text", String.valueOf(browser.run("return document.activeElement.name")), "it can be typed on");

        browser.type("input[name=label]", "team=vision");
        rows(run + "-a");
        shows(".count", "1 run");
        soon().untilAsserted(() -> assertEquals("#/runs?text=" + run + "&label=team%3Dvision", hash()));
        browser.type("input[name=label]", "!team");
        shows("main", "No run meets all of that");

        browser.go("about:blank").go(page + "#/runs?text=" + run + "&phase=PAUSED&since=1d");
        rows(run + "-b");
        assertEquals("PAUSED", browser.find("select[name=phase]").getAttribute("value"));
        assertEquals("1d", browser.find("input[name=since]").getAttribute("value"));
        browser.follow("a.label[href$='team%3Daudio']");
        soon().until(() -> hash().equals("#/runs?label=team%3Daudio"));
        assertEquals("", browser.find("input[name=text]").getAttribute("value"));
        assertEquals("team=audio", browser.find("input[name=label]").getAttribute("value"));
        shows("tbody", run + "-b");

        browser.go(page + "#/runs?since=yesterday&phase=TRAINIG");
        shows("[role=alert]", "'TRAINIG' is none, did you mean TRAINING?");
        shows("[role=alert]", "how long ago");
        browser.go("about:blank");
        browser.complaints();
    }

    @Test
    void labelsAreChangedFromThePageOfARunThatTrains() throws Exception {
        labelled(run, "{team: vision, old: x}");
        openRun();
        shows(".labels", "team=vision");
        browser.press("Labels …");
        browser.type("dialog input[name=labels]", "team=audio, debug");
        browser.answer("Set");

        soon().untilAsserted(() -> assertEquals("debug\nteam=audio", browser.text(".labels a")));
        shows(".timeline", "its labels are debug=, team=audio");
        assertEquals(1, written(Topics.RUNS).size());
        browser.press("Labels …");
        browser.type("dialog input[name=labels]", "my team");
        browser.type("dialog input[name=labels]", "-a=b");
        browser.answer("Set");
        shows("dialog [role=alert]", "is no key of a label");
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.complaints();
    }

    @Test
    void aRunThatWaitsSaysItsPlaceAndIsMovedToTheFront() throws Exception {
        labelled(run, "{}");
        openRun();
        shows(".facts", "priority 0");
        shows("main", "no trainer is there");
        browser.press("Priority …");
        shows("dialog", "that wait");
        browser.type("dialog input[name=priority]", "urgent");
        browser.answer("Set");
        shows("dialog [role=alert]", "priority");
        browser.type("dialog input[name=priority]", "900");
        browser.type("dialog input[name=reason]", "the paper is due");
        browser.answer("Set");
        shows(".facts", "priority 900");
        assertEquals(900, written(Topics.RUNS).get(1).getPriority());
        browser.complaints();
    }

    @Test
    void aRunThatHasEndedIsArchivedAndTakenBackFromItsPage() throws Exception {
        training(run, 40).status(RunPhase.COMPLETED, 40, 40, "").durable();
        openRun();
        browser.press("Archive");
        shows("dialog", "All of it stays");
        browser.answer("Archive");
        shows("h1", "archived");
        shows(".timeline", "archived");
        browser.go(page + "#/runs?text=" + run);
        shows("main", "No run meets all of that");
        browser.go(page + "#/runs?text=" + run + "&lifecycle=ARCHIVED");
        rows(run);
        openRun();
        browser.press("Unarchive");
        browser.answer("Unarchive");
        shows(".timeline", "taken back from the archive");
        soon().until(() -> !browser.text("h1").contains("archived"));
    }

    @Test
    void aDeletionSaysHowMuchGoesAndWantsTheName() throws Exception {
        training(run, 400)
                .judged(400, 40.5)
                .status(RunPhase.COMPLETED, 400, 400, "")
                .durable();
        artifacts.putFile(run, "checkpoints/step-1", new byte[2_000_000]);
        long size = artifacts.stored(run).bytes();
        openRun();
        soon().until(() -> loaded("step 400"));
        browser.press("Delete");
        shows("dialog", "in 2 files go for good");
        shows("dialog", "%.2f MB".formatted(size / 1e6));
        browser.type("dialog input[name=name]", "another");
        browser.answer("Delete");
        shows("dialog [role=alert]", "type " + run + " to delete it");
        assertEquals(List.of(), written(Topics.RUN_METADATA));
        browser.picture("deletion");
        browser.assertAccessible("deletion");
        browser.size(390, 844).dark(true);
        browser.picture("deletion-390-dark");
        browser.size(1280, 900).dark(false);

        browser.type("dialog input[name=name]", run);
        browser.answer("Delete");

        shows("h1", "deleted");
        shows(".alert", "Removed: all artifacts, %.2f MB in 2 files by rest".formatted(size / 1e6));
        shows("main", "Its pictures are deleted.");
        shows(".timeline", "its artifacts are deleted");
        assertEquals(0, artifacts.stored(run).objects());
        shows("table.constraints", "digit-4");
        browser.picture("deleted");
        browser.assertAccessible("deleted");
        browser.complaints();
    }

    /** They stood there for ever, of a requirement that nobody has any more. */
    @Test
    void theAlertsOfAConstraintThatIsRetiredGo() throws Exception {
        training(run, 200)
                .alert(Severity.WARNING, "'digit-4' asks for more than there is", "raise its threshold", "digit-4")
                .alert(Severity.WARNING, "the disk is nearly full", "make room", null)
                .durable();
        openRun();
        shows(".alert", "'digit-4' asks for more than there is");
        browser.press("retire digit-4");
        browser.answer("Retire");

        soon().until(() -> !browser.text(".alert").contains("digit-4"));
        shows(".alert", "the disk is nearly full");
        shows(".timeline", "'digit-4' asks for more than there is");
    }

    private String members(String project) throws Exception {
        JsonNode all = JSON.readTree(get("/../projects").body());
        return all.findParents("name").stream()
                .filter(one -> one.path("name").asText().equals(project))
                .map(one -> one.path("members").toString())
                .findFirst()
                .orElse("");
    }

    private void members(String project, String members) throws Exception {
        String body = "{\"members\": " + members + "}";
        assertEquals(
                200,
                send("PUT", "/../projects/" + project, "application/json", body).statusCode());
    }

    /** Who was taken out of a project was back in it by another's change. */
    @Test
    void aProjectThatSomebodyElseHasChangedMeanwhileIsLookedAtAgain() throws Exception {
        String project = "page-" + run.substring(run.length() - 12);
        members(project, "[\"ann\",\"bob\"]");
        browser.go(page + "#/access");
        browser.press("Change " + project);
        shows("dialog", "Change project " + project);
        members(project, "[\"ann\"]");
        browser.type("dialog input[name=description]", "cameras");
        browser.answer("Change");

        shows("dialog [role=alert]", "has been changed meanwhile");
        assertEquals("[\"ann\"]", members(project));
        browser.answer("Cancel");
        soon().until(() -> !browser.text("tbody").contains("bob"));
        browser.press("Change " + project);
        browser.type("dialog input[name=members]", "ann, eve");
        browser.answer("Change");
        soon().until(() -> browser.count("dialog[open]") == 0);
        assertEquals("[\"ann\",\"eve\"]", members(project));

        // A new one of the same name would put the members of the old one out.
        browser.press("New project");
        browser.type("dialog input[name=name]", project);
        browser.answer("Define");
        shows("dialog [role=alert]", "there is a project");
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.complaints();
    }

    /** It showed the list of runs. */
    @Test
    void anAddressWhereNothingStandsSaysSo() {
        browser.go(page + "#/rums/one");
        shows("main", "Nothing stands at #/rums/one");
    }

    @Test
    void tenConstraintsHaveTenColours() {
        browser.go(page.toString());
        shows("main", "Runs");
        for (boolean dark : List.of(false, true)) {
            browser.dark(dark);
            Object colours = browser.run("const root = getComputedStyle(document.documentElement);"
                    + "return [...Array(10).keys()].map((i) => root.getPropertyValue('--series-' + i).trim());");
            assertEquals(10, Set.copyOf((List<?>) colours).size(), colours.toString());
            assertEquals(
                    colours,
                    browser.run("return import('/app/charts.js').then(({palette}) => {"
                            + "const names = [...Array(10).keys()].map((i) => 'digit-' + i);"
                            + "return names.map(palette(['objective', ...names])); });"));
        }
    }

    /** Each series is thinned out by itself: where another had a point and it had none, its area fell to nothing. */
    @Test
    void stackedAreasKeepTheirHeightFromPointToPoint() {
        browser.go(page.toString());
        shows("main", "Runs");
        assertEquals(
                "[[0,4,5,6,8],[1,0.75,0.75,0.75,0.5],[1,0.75,1,1.25,0.5]]",
                browser.run("return import('/app/charts.js').then(({columns}) => JSON.stringify(columns(["
                        + "{points: {steps: [0, 4, 8], mean: [1, 0.75, 0.5]}},"
                        + "{points: {steps: [5, 6], mean: [0.25, 0.5]}}], true)));"));
    }

    @Test
    void aNewRunIsCheckedAsItIsTypedAndSubmitted() throws Exception {
        browser.go(page + "#/new");
        soon().until(() -> !browser.find("textarea").getAttribute("value").isBlank());
        setText(TrainedRun.specification(run, STEPS).replace("threshold: 0.1,", "treshold: 0.1,"));
        shows(".problems", "constraints[0].treshold");
        assertEquals("true", browser.find("button.main").getAttribute("disabled"));

        setText(TrainedRun.specification(run, STEPS));
        shows(".met", "No mistakes found");
        browser.press("Submit");

        shows("h1", run);
        assertEquals(run, newest().getRunId());
        browser.complaints();
    }

    private static void setText(String text) {
        browser.run(
                "const t = document.querySelector('textarea'); t.value = arguments[0];"
                        + " t.dispatchEvent(new Event('input', {bubbles: true}));",
                text);
    }

    @Test
    void twoRunsAreComparedFromTheList() throws Exception {
        training(run, 200).judged(200, 80).durable();
        String other = TrainedRun.specification(run + "-b", STEPS).replace("threshold: 0.11", "threshold: 0.2");
        assertEquals(201, post("", other).statusCode());
        TrainedRun second = new TrainedRun(publisher, artifacts, run + "-b").train(0, 100);
        second.status(RunPhase.TRAINING, 100, STEPS, "trains").judged(100, 90).durable();
        browser.go(page + "#/runs");
        shows("table", run + "-b");
        browser.follow("input[aria-label='compare " + run + "']");
        browser.follow("input[aria-label='compare " + run + "-b']");
        // The list may be longer than the window, and the runs at its end: the button is under the page's header then.
        browser.run("scrollTo(0, 0)");
        browser.follow("a[href^='#/compare']");
        shows("h1", "Comparison");
        shows("table", "80 (N 2000)");
        shows("table", "90 (N 2000)");
        soon().until(() -> browser.count(".u-over") > 3);
        assertEquals("constraints.digit-5.threshold", browser.text("table.differences tbody code"));
        shows("table.differences", "0.11");
        shows("table.differences", "0.2");
        soon().until(() -> browser.count("figure img") == 2);
        for (boolean dark : new boolean[] {false, true}) {
            browser.dark(dark);
            browser.picture("comparison" + (dark ? "-dark" : ""));
            browser.assertAccessible("comparison");
        }
        browser.size(390, 844).picture("comparison-phone");
        browser.assertAccessible("comparison on a phone");
    }

    /** What the page gave to the browser to keep. */
    private static String saved(String button) {
        browser.run("window.saved = null; const make = URL.createObjectURL;"
                + " URL.createObjectURL = (blob) => { blob.text().then((text) => { window.saved = text; });"
                + " URL.createObjectURL = make; return make(blob); }");
        browser.press(button);
        soon().until(() -> browser.run("return window.saved") != null);
        return String.valueOf(browser.run("return window.saved"));
    }

    @Test
    void aChartsNumbersAndItsPictureAreThereToTakeAway() throws Exception {
        training(run, 400);
        openRun();
        soon().until(() -> browser.count(".u-over") > 3);
        List<String> lines = saved("Multipliers as CSV").lines().toList();
        assertEquals(
                "step,digit-4,digit-4 (least),digit-4 (greatest),digit-5,digit-5 (least),digit-5 (greatest),digit-7,digit-7"
                        + " (least),digit-7 (greatest)",
                lines.get(0));
        JsonNode curves = JSON.readTree(get("/" + run + "/history/curves").body());
        JsonNode multiplier = curves.at("/series/multiplier~1digit-4");
        int last = multiplier.get("steps").size() - 1;
        String[] newest = lines.get(lines.size() - 1).split(",");
        assertEquals(multiplier.get("steps").get(last).asText(), newest[0]);
        assertEquals(multiplier.get("mean").get(last).asDouble(), Double.parseDouble(newest[1]));
        assertTrue(saved("Losses as PNG").contains("PNG"));
        browser.complaints();
    }

    @Test
    void everythingWithANameIsReachedByTheKeyboard() throws Exception {
        training(run, 20);
        browser.go(page + "#/datasets");
        shows("h1", "Data sets");
        browser.keys().keyDown(Keys.CONTROL).sendKeys("k").keyUp(Keys.CONTROL).perform();
        browser.keys().sendKeys(run.substring(0, 20)).perform();
        shows("[role=option][aria-selected=true]", run);
        browser.picture("palette");
        browser.assertAccessible("palette");
        browser.keys().sendKeys(Keys.ENTER).perform();
        shows("h1", run);
        assertEquals(0, browser.count("dialog[open]"));
        assertTrue(
                asked("/api/runs").stream().allMatch(query -> query.contains("limit=")), "thousands are not fetched");

        browser.go(page + "#/datasets");
        shows("h1", "Data sets");
        browser.press("Go to … Ctrl K");
        browser.keys().sendKeys(run, Keys.ENTER).perform();
        shows("h1", run);

        browser.press("Go to … Ctrl K");
        browser.keys().sendKeys("nothing is called so").perform();
        shows(".palette", "Nothing is called so");
        browser.keys().sendKeys(Keys.ESCAPE).perform();
        soon().until(() -> browser.count("dialog[open]") == 0);
    }

    /** A run, two tunings of it, a decision, and what comes of it. */
    private String executed() throws Exception {
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

    @Test
    void aPipelinesGraphIsLiveAndAPersonDecidesOnIt() throws Exception {
        String execution = executed();
        browser.go(page + "#/pipelines");
        shows("table", run);
        browser.follow("a[href$='/" + execution + "']");
        shows("h1", execution);
        shows("[data-step=pretrain]", "succeeded");
        shows("[data-step=pretrain]", "distance 40.5");
        shows("[data-step=tune]", "held");
        shows("[data-step=finish]", "waits");
        assertEquals(4, browser.count(".graph path"), "a line from each step to each that needs it");
        shows("[data-step=look]", "Is " + run + "-1.pretrain good enough?");

        browser.press("Approve");
        browser.type("dialog input", "sharp");
        browser.answer("Approve");
        shows("[data-step=look]", ": sharp");
        browser.press("Stop");
        shows("dialog", "Try again begins what was stopped anew");
        browser.answer("Stop");
        shows("h1", "stopped");
        shows("[data-step=look]", "succeeded");
        browser.press("Try again");
        browser.answer("Try");
        shows("[data-step=tune]", "attempt 2");
        // The execution says what it asks for before the run is read; a browser counts each early 404 as a complaint.
        String second = run + "-1.tune.free.attempt-2";
        soon().until(() -> get("/" + second).statusCode() == 200);
        browser.follow("[data-step=tune] a");
        shows("h1", second);
    }

    @Test
    void anExecutionIsPausedAndResumedAndARefusalIsShown() throws Exception {
        String execution = executed();
        browser.go(page + "#/executions/" + execution);
        browser.press("Pause");
        browser.answer("Pause");
        shows("h1", "paused");
        browser.press("Resume");
        browser.answer("Resume");
        shows("h1", "running");

        browser.press("Pause");
        shows("dialog", "Pause " + execution + "?");
        // Somebody else stops it meanwhile.
        assertEquals(200, post("/../executions/" + execution + "/stop", "").statusCode());
        browser.answer("Pause");
        shows("dialog [role=alert]", "has ended (STOPPED)");
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        browser.complaints();
    }

    @Test
    void aRunsPageShowsWhereItComesFromAndWhatCameOfIt() throws Exception {
        training(run, 200);
        TrainingRun like = TrainingRun.newBuilder()
                .setRunId(run + "-child")
                .setRevision(1)
                .setDesiredState(DesiredState.RUNNING)
                .setSpec("{\"name\":\"" + run + "-child\",\"initialModel\":{\"folder\":\"run:" + run
                        + "@400\",\"sha256\":\"" + "0".repeat(64) + "\"}}")
                .setSpecVersion(1)
                .setConstraintIds(List.of())
                .setSubmittedAt(Instant.now())
                .setUpdatedAt(Instant.now())
                .build();
        publisher.send(Topics.RUNS, like.getRunId(), like).get();
        soon().until(() -> get("/" + like.getRunId()).statusCode() == 200);
        openRun();
        shows(".lineage", run + "-child from step 400");
        browser.run("document.querySelector('.lineage a').focus()");
        new TrainedRun(publisher, artifacts, run).status(RunPhase.TRAINING, 300, STEPS, "trains");
        shows(".facts", "300 of");
        assertEquals(
                run + "-child",
                browser.run("return document.activeElement.innerText"),
                "what is new took the focus away");
        browser.follow(".lineage a");
        shows("h1", run + "-child");
        shows(".lineage strong", run + "-child");
    }

    /** What the page has asked the console for under this path, as often as it did. */
    private static List<String> asked(String path) {
        return List.of(String.valueOf(browser.run(
                        "return performance.getEntriesByType('resource').map(({name}) => new URL(name))"
                                + ".filter(({pathname}) => pathname === arguments[0]).map(({search}) => search).join('\\n')",
                        path))
                .split("\n"));
    }

    /** Every second it asked for all that there ever was. */
    @Test
    void aPipelinesPageAsksForNoMoreThanItShowsAndHasNewDefinitions() throws Exception {
        executed();
        String path = "/api/pipelines/" + run;
        String brief = "?executions=50&definitions=false";
        browser.go(page + "#/pipelines/" + run);
        shows("pre", "pre-train, tune twice, look");
        soon().until(() -> asked(path).size() >= 4);
        List<String> first = asked(path);
        assertEquals("?executions=50", first.get(0));
        assertEquals(Set.of(brief), Set.copyOf(first.subList(1, first.size())));

        String next = "{name: " + run + ", steps: {only: {approval: 'Well?'}}}";
        assertEquals(201, post("/../pipelines", next).statusCode());
        shows("pre", "Well?");
        shows("h1", "revision 2");
        assertEquals(2, asked(path).stream().filter(one -> !one.equals(brief)).count());

        browser.press("Go to … Ctrl K");
        browser.keys().sendKeys(run + "-1").perform();
        shows("[role=option][aria-selected=true]", run + "-1");
        assertEquals(List.of("?limit=200"), asked("/api/executions"));
        browser.keys().sendKeys(Keys.ESCAPE).perform();
    }

    @Test
    void aPipelineHasItsRevisionsAndIsStartedFromThePage() throws Exception {
        executed();
        assertEquals(
                201,
                post(
                                "/../pipelines",
                                "{name: " + run
                                        + ", schedule: {cron: '0 3 1 1 *'}, steps: {only: {approval: 'Well?'}}}")
                        .statusCode());
        browser.go(page + "#/pipelines/" + run);
        shows("h1", "revision 2");
        shows(".schedule", "starts at '0 3 1 1 *' (UTC), next");
        shows("pre", "Well?");
        browser.press("Start");
        browser.answer("Start");
        shows("h1", run + "-2");
        shows("[data-step=only]", "waits for a decision");
    }

    @Test
    void aDataSetShowsItsImagesItsColumnsAndHowARunTakesIt() throws Exception {
        MadeDataSet.announced(artifacts, publisher, "pets-" + run, 1, true);
        MadeDataSet.announced(artifacts, publisher, "pets-" + run, 2, true);
        browser.go(page + "#/datasets");
        shows("table", "pets-" + run);
        browser.follow("a[href$='" + run + "%401']");

        shows("h1", "pets-" + run + " version 1");
        shows(".facts", "1×2×2");
        shows("main", "/home/me/pets.zip");
        shows(".snippet", "dataset: pets-" + run + "@1");
        shows("section[aria-label='Column class']", "cat");
        shows("section[aria-label='Column class']", "12");
        soon().until(
                        () -> Boolean.TRUE.equals(
                                browser.run(
                                        "const i = document.querySelector('.preview img'); return i !== null && i.complete && i.naturalWidth > 0")));
        assertEquals(
                "A row of images each of cat, dog", browser.find(".preview img").getAttribute("alt"));
        browser.follow("main p.small a");
        shows("h1", "version 2");
    }

    @Test
    void aDataSetThatIsNotThereIsSaidWithTheNearest() throws Exception {
        MadeDataSet.announced(artifacts, publisher, "pets-" + run, 1, true);
        browser.go(page + "#/datasets/pets-" + run + "x");
        shows("main", "did you mean pets-" + run + "?");
        browser.complaints();
    }

    @Test
    void everyViewIsAccessibleAndKeptAsAPicture() throws Exception {
        training(run, 1200).judged(400, 120.5).judged(800, 60.25).judged(1200, 33.5);
        new TrainedRun(publisher, artifacts, run)
                .alert(Severity.WARNING, "'digit-4' asks for more than there is", "raise its threshold", "digit-4")
                .durable();
        for (String labels : List.of("{\"team\": \"vision\", \"dataset\": \"mnist\"}", "{\"debug\": \"\"}")) {
            assertEquals(
                    200,
                    send("PATCH", "/" + run + "/labels", "application/json", labels)
                            .statusCode());
        }
        stored.measure();
        String set = MadeDataSet.announced(artifacts, publisher, "pets-" + run, 1, true)
                .toString();
        String execution = executed();
        for (Screen screen : SCREENS) {
            browser.dark(screen.dark());
            for (String view : List.of(
                    "runs",
                    "runs/" + run,
                    "new",
                    "pipelines",
                    "pipelines/" + run,
                    "executions/" + execution,
                    "datasets",
                    "datasets/" + set,
                    "audit",
                    "access")) {
                // With a query of its own it is loaded anew, and not only drawn.
                browser.size(screen.width(), screen.height())
                        .go(page + "?" + SCREENS.indexOf(screen) + view.hashCode() + "#/" + view);
                shows("h1", HEADINGS.getOrDefault(view, run));
                soon().until(() -> !view.startsWith("runs/") || loaded("step 1200"));
                soon().until(() -> !view.startsWith("executions/") || browser.count("[data-step]") == 4);
                soon().until(() -> !view.startsWith("datasets/") || browser.count(".bars") == 3);
                String name = view.contains("/") ? view.substring(0, view.indexOf('/') - 1) : view;
                browser.assertAccessible(name + " " + screen);
                assertFitsIn(screen.width(), name + " " + screen);
                browser.picture(name + "-" + screen.width() + (screen.dark() ? "-dark" : "-light"));
            }
        }
    }

    private static void assertFitsIn(int width, String what) {
        long needed = ((Number) browser.run("return document.documentElement.scrollWidth")).longValue();
        assertTrue(needed <= width, () -> what + " is " + needed + " pixels wide, wider than " + width);
    }

    @Test
    void everythingIsDoneWithTheKeyboardAlone() throws Exception {
        training(run, 200);
        openRun();
        browser.run("[...document.querySelectorAll('button')].find(b => b.ariaLabel === 'threshold digit-4').focus()");
        browser.keys().sendKeys(Keys.ENTER).perform();
        soon().until(() -> browser.count("dialog[open]") == 1);
        assertEquals("threshold", String.valueOf(browser.run("return document.activeElement.name")));
        browser.keys().sendKeys(Keys.ESCAPE).perform();
        soon().until(() -> browser.count("dialog[open]") == 0);
        assertEquals("threshold digit-4", String.valueOf(browser.run("return document.activeElement.ariaLabel")));
    }
}
