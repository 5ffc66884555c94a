package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;

/** Pipelines and their executions on the page. */
@QuarkusTest
class PipelinePageTest extends PageTest {

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
}
