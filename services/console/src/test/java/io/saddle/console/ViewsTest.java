package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import io.quarkus.test.junit.QuarkusTest;
import io.saddle.console.lifecycle.StoredArtifacts;
import io.saddle.schema.Severity;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every view, wide and narrow, light and dark; and those of data sets, projects and addresses where nothing stands. */
@QuarkusTest
class ViewsTest extends PageTest {

    private static final Map<String, String> HEADINGS = Map.of(
            "runs", "Runs",
            "new", "New run",
            "pipelines", "Pipelines",
            "datasets", "Data sets",
            "audit", "Audit",
            "access", "Access");

    @Inject
    StoredArtifacts stored;

    @Test
    void everyViewIsAccessibleAndKeptAsAPicture() throws Exception {
        judgedThreeTimes()
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

    /** An evaluator that knows none measured first: the errors of the one after it were drawn at the first's steps. */
    @Test
    void standardErrorsStandAtTheirOwnSteps() {
        browser.go(page.toString());
        shows("main", "Runs");
        assertEquals(
                "[[1,2,3],[5,6,7],[null,null,7.5],[null,null,6.5]]",
                browser.run(
                        "return import('/app/charts.js').then(({columns}) => JSON.stringify(columns(["
                                + "{points: {steps: [1, 2, 3], mean: [5, 6, 7]}, error: {steps: [3], mean: [0.5]}}], false)));"));
    }

    /**
     * What stands at the lines of a chart of these values, from the bottom up, and how many pixels of the longest lie on the
     * canvas's left of its edge.
     */
    private static JsonNode axis(String values) throws Exception {
        return JSON.readTree(String.valueOf(browser.run("""
                return Promise.all([import('/app/ui.js'), import('/app/charts.js')]).then(async ([{html, render}, {Chart}]) => {
                  const write = CanvasRenderingContext2D.prototype.fillText;
                  const lines = new Map();
                  let cut = 0;
                  CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...more) {
                    // Those of the steps are centred.
                    if (this.textAlign === 'right') {
                      lines.set(Math.round(y), text);
                      cut = Math.max(cut, this.measureText(text).width - x);
                    }
                    return write.call(this, text, x, y, ...more);
                  };
                  const place = document.createElement('div');
                  place.style.width = '500px';
                  document.body.append(place);
                  const mean = JSON.parse(arguments[0]);
                  render(html`<${Chart} label="axis" series=${[{name: 'one', colour: '#000', points: {steps: mean.map((v, i) => i), mean, least: mean, greatest: mean}}]} />`, place);
                  while (lines.size === 0) {
                    await new Promise(requestAnimationFrame);
                  }
                  CanvasRenderingContext2D.prototype.fillText = write;
                  render(null, place);
                  place.remove();
                  return JSON.stringify({labels: [...lines].sort(([a], [b]) => b - a).map(([, text]) => text), cut});
                });""", values)));
    }

    /** Of losses below 0.0005 every line said 0, and of large numbers the first digits were cut off. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[0.0003, 0.0001, 0.0002] | 0.00010 0.00015 0.00020 0.00025 0.00030",
                "[0.0005, 0.001, 0.0015] | 0.00050 0.00075 0.00100 0.00125 0.00150",
                "[0.25, 1] | 0.2 0.4 0.6 0.8 1.0",
                "[12000, 15000] | 12,000 13,000 14,000 15,000",
                "[0, 1000000] | 0 250,000 500,000 750,000 1,000,000",
                "[-1e-6, 2e-6] | -1e-6 0 1e-6 2e-6",
                "[2e-7, 3.5e-7] | 2e-7 2.5e-7 3e-7 3.5e-7",
                "[0, 1e9] | 0 2.5e8 5e8 7.5e8 1e9",
                "[-4e12, 1.5e13] | -5e12 0 5e12 1e13 1.5e13",
                "[12345678, 12345680] | 12,345,678.0 12,345,678.5 12,345,679.0 12,345,679.5 12,345,680.0",
            })
    void theLinesOfAChartSayWhatTheyAreWhateverTheSizeOfItsNumbers(String values, String labels) throws Exception {
        browser.go(page.toString());
        shows("main", "Runs");
        JsonNode axis = axis(values);
        List<String> shown = new ArrayList<>();
        axis.path("labels").forEach(label -> shown.add(label.asText()));
        assertEquals(labels, String.join(" ", shown));
        assertTrue(axis.path("cut").asDouble() <= 0, () -> "cut on the left by " + axis.path("cut") + " pixels");
    }

    /** Such an address left an empty page, or the view that was there before. */
    @Test
    void anAddressThatIsNoWellFormedOneIsTakenAsItStands() {
        browser.go(page + "#/runs/%E0%A4%A");
        shows("main", "there is no run '%E0%A4%A'");
        browser.go(page + "#/runs");
        shows("h1", "Runs");
        browser.run("location.hash = '#/runs/100%'");
        shows("main", "there is no run '100%'");
        browser.go("about:blank");
        browser.complaints();
    }

    /** Whether some words are written from the left to the right. */
    private static boolean isForward(String css, String words) {
        return Boolean.TRUE.equals(browser.run("""
                const texts = document.createTreeWalker(document.querySelector(arguments[0]), NodeFilter.SHOW_TEXT);
                while (texts.nextNode()) {
                  const at = texts.currentNode.data.indexOf(arguments[1]);
                  if (at >= 0) {
                    const left = (i) => {
                      const one = document.createRange();
                      one.setStart(texts.currentNode, i);
                      one.setEnd(texts.currentNode, i + 1);
                      return one.getBoundingClientRect().left;
                    };
                    return left(at) < left(at + arguments[1].length - 1);
                  }
                }
                throw new Error(`'${arguments[1]}' is not in ${arguments[0]}`);
                """, css, words));
    }

    /** U+202E turned round whatever came after it. */
    @Test
    void whatADescriptionIsWrittenInHasNoEffectOnWhatStandsBesideIt() throws Exception {
        String turning = "two rare \u202Edigits";
        String specification = TrainedRun.specification(run, STEPS).replace("MNIST with few 4s, 5s and 7s", turning);
        assertEquals(201, post("", specification).statusCode());
        browser.go(page + "#/runs/" + run);
        shows("main", turning);
        assertTrue(isForward("main", "submitted"));

        browser.go(page + "#/runs?text=" + run);
        shows("tbody", turning);
        assertEquals(turning, browser.text("tbody th bdi"));

        String definition = "{name: " + run + ", description: \"" + turning + "\", steps: {look: {approval: 'Well?'}}}";
        assertEquals(201, post("/../pipelines", definition).statusCode());
        browser.go(page + "#/pipelines/" + run);
        shows("main", "revision 1");
        assertEquals(turning, browser.text("main p.soft bdi"));
    }

    /** It showed the list of runs. */
    @Test
    void anAddressWhereNothingStandsSaysSo() {
        browser.go(page + "#/rums/one");
        shows("main", "Nothing stands at #/rums/one");
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
}
