package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.saddle.schema.RunPhase;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** The list of runs, two of them side by side, and a new one. */
@QuarkusTest
class RunListPageTest extends PageTest {

    private String hash() {
        return String.valueOf(browser.run("return location.hash"));
    }

    @Test
    void theListIsNarrowedDownWithItsAddressAndTheKeyboard() throws Exception {
        labelled(run + "-a", "{team: vision}");
        labelled(run + "-b", "{team: audio, debug: ''}");
        post("/" + run + "-b/pause", "");
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

    private static Object specification() {
        return browser.run("return document.getElementById('yaml').value");
    }

    private static void choose(int example) {
        browser.run(
                "const s = document.querySelector('main select'); s.selectedIndex = arguments[0];"
                        + " s.dispatchEvent(new Event('change', {bubbles: true}));",
                example);
    }

    private static Object chosen() {
        return browser.run("return document.querySelector('main select').selectedIndex");
    }

    /** What was typed was gone. */
    @Test
    void anExampleTakesThePlaceOfWhatWasTypedOnlyWhenThatIsWanted() throws Exception {
        browser.go(page + "#/new");
        soon().until(() -> browser.count("main select option") > 2);
        Object first = specification();
        assertEquals(false, browser.run("return document.getElementById('yaml').spellcheck"), "YAML is no prose");
        choose(1);
        soon().until(() -> !first.equals(specification()));
        Object second = specification();
        assertEquals(0, browser.count("dialog[open]"), "of an example nothing is lost");

        setText("name: precious");
        choose(2);
        shows("dialog", "What you have typed is lost");
        assertEquals("name: precious", specification());
        browser.picture("another-example");
        browser.assertAccessible("another example");
        browser.answer("Cancel");
        soon().until(() -> browser.count("dialog[open]") == 0);
        assertEquals("name: precious", specification());
        assertEquals(1L, chosen());

        choose(0);
        browser.answer("Replace it");
        soon().untilAsserted(() -> assertEquals(first, specification()));
        soon().until(() -> browser.count("dialog[open]") == 0);
        assertEquals(0L, chosen());
        choose(1);
        soon().untilAsserted(() -> assertEquals(second, specification()));
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
        shows("main button[disabled]", "Compare 1");
        assertEquals(0, browser.count("a[href^='#/compare']"), "one alone compares with nothing");
        browser.assertAccessible("one run to compare");
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

        // Of a run that is deleted with its history the others are compared as before.
        browser.go(page + "#/compare?runs=" + run + "," + run + "-gone");
        shows(".alert", "There is no run " + run + "-gone");
        shows("table", "80 (N 2000)");
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
}
