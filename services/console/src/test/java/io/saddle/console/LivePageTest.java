package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.junit.QuarkusTest;
import io.saddle.schema.RunPhase;
import io.saddle.schema.Severity;
import org.junit.jupiter.api.Test;

/** What comes while somebody looks, and what becomes of it where the connection or a view fails. */
@QuarkusTest
class LivePageTest extends PageTest {

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
}
