package io.saddle.console;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.artifact.ArtifactStore;
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
    private static final Map<String, String> HEADINGS =
            Map.of("runs", "Runs", "new", "New run", "datasets", "Data sets");

    @TempDir
    static Path profile;

    private static Browser browser;

    @TestHTTPResource("/")
    URL page;

    @Inject
    ArtifactStore artifacts;

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
        browser.size(1280, 900).dark(false);
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
        browser.run("const s = document.querySelector('input[type=range]'); s.value = 0;"
                + " s.dispatchEvent(new Event('input', {bubbles: true}));");
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
        browser.find("details summary").click();
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

        shows(".timeline", "'digit-5' is measured by 'minority-loss' in place of 'denoising-loss'");
        assertEquals("minority-loss", newest("digit-5").getEvaluator());
    }

    @Test
    void aRunIsPausedResumedAndStopped() throws Exception {
        training(run, 200);
        openRun();
        browser.press("Pause");
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
        training(run + "-b", 100).judged(100, 90).durable();
        browser.go(page + "#/runs");
        shows("table", run + "-b");
        browser.find("input[aria-label='compare " + run + "']").click();
        browser.find("input[aria-label='compare " + run + "-b']").click();
        // The list may be longer than the window, and the runs at its end: the button is under the page's header then.
        browser.run("scrollTo(0, 0)");
        browser.find("a[href^='#/compare']").click();
        shows("h1", "Comparison");
        shows("table", "80 (N 2000)");
        shows("table", "90 (N 2000)");
        soon().until(() -> browser.count(".u-over") > 3);
        browser.picture("comparison");
        browser.assertAccessible("comparison");
    }

    @Test
    void aDataSetShowsItsImagesItsColumnsAndHowARunTakesIt() throws Exception {
        MadeDataSet.announced(artifacts, publisher, "pets-" + run, 1, true);
        MadeDataSet.announced(artifacts, publisher, "pets-" + run, 2, true);
        browser.go(page + "#/datasets");
        shows("table", "pets-" + run);
        browser.find("a[href$='" + run + "%401']").click();

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
        browser.find("main p.small a").click();
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
        String set = MadeDataSet.announced(artifacts, publisher, "pets-" + run, 1, true)
                .toString();
        int[][] sizes = {{1440, 900}, {820, 1180}, {390, 844}};
        for (boolean dark : new boolean[] {false, true}) {
            for (int[] size : sizes) {
                String how = size[0] + (dark ? "-dark" : "-light");
                browser.dark(dark);
                for (String view : List.of("runs", "runs/" + run, "new", "datasets", "datasets/" + set)) {
                    browser.size(size[0], size[1]).go(page + "#/" + view);
                    browser.run("location.reload()");
                    shows("h1", HEADINGS.getOrDefault(view, run));
                    soon().until(() -> !view.startsWith("runs/") || loaded("step 1200"));
                    soon().until(() -> !view.startsWith("datasets/") || browser.count(".bars") == 3);
                    String name = view.contains("/") ? view.substring(0, view.indexOf('/') - 1) : view;
                    browser.assertAccessible(name + " " + how);
                    assertFitsIn(size[0], name + " " + how);
                    browser.picture(name + "-" + how);
                }
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
