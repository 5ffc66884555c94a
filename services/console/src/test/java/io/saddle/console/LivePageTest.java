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

    /** Each record that came drew the whole curve again. */
    @Test
    void whatSomebodyHasZoomedIntoStaysAsItIsWhenMoreComes() throws Exception {
        TrainedRun trained = training(run, 40);
        openRun();
        soon().until(() -> newestPoint("Gradient norm") == 40);
        browser.run("const over = document.querySelector('.chart[aria-label^=\"Gradient norm\"] .u-over');"
                + " over.scrollIntoView({block: 'center'});"
                + " const {left, top, width} = over.getBoundingClientRect();"
                + " const at = (type, share, where = over) => where.dispatchEvent(new MouseEvent(type, {bubbles: true, button: 0,"
                + "   movementX: 9, clientX: left + share * width, clientY: top + 50}));"
                + " at('mouseenter', 0.25); at('mousemove', 0.25); at('mousedown', 0.25); at('mousemove', 0.4);"
                + " at('mousemove', 0.5); at('mouseup', 0.5, document);");
        soon().until(() -> shown("from") > 5 && shown("to") < 30);
        double from = shown("from");
        double to = shown("to");

        trained.train(40, 60).status(RunPhase.TRAINING, 60, STEPS, "trains").durable();
        soon().until(() -> newestPoint("Gradient norm") == 60);
        assertEquals(from, shown("from"));
        assertEquals(to, shown("to"));

        browser.run("document.querySelector('.chart[aria-label^=\"Gradient norm\"] .u-over')"
                + ".dispatchEvent(new MouseEvent('dblclick', {bubbles: true}))");
        soon().until(() -> shown("from") == 1 && shown("to") == 60);
    }

    private static double shown(String edge) {
        return Double.parseDouble(
                browser.run("return document.querySelector('.chart[aria-label^=\"Gradient norm\"]').dataset." + edge)
                        .toString());
    }

    /** Each stream of events that the page opens is in {@code window.streams}. */
    private void openRunWithItsStreamsInSight() {
        browser.go(page + "#/runs");
        shows("h1", "Runs");
        browser.run("window.streams = []; window.EventSource = class extends EventSource {"
                + " constructor(address) { super(address); window.streams.push(this); } };");
        openRun();
        shows(".live", "live");
    }

    /** A run whose broker was away for an hour was "live", and the list of runs as if nothing had happened. */
    @Test
    void aConsoleThatDoesNotHearKafkaSaysSoOnEveryPage() throws Exception {
        training(run, 40);
        openRunWithItsStreamsInSight();
        browser.run(
                "const reach = window.fetch; window.fetch = async (...asked) => { const answer = await reach(...asked);"
                        + " return new Response(answer.body, {status: answer.status,"
                        + " headers: {...Object.fromEntries(answer.headers), 'Saddle-Unheard-Seconds': window.unheard}}); };");
        says(300);
        shows(".unheard", "the console has heard nothing from Kafka for 5 min");
        shows(".live.broken", "nothing is heard from Kafka");
        browser.picture("unheard");
        browser.assertAccessible("a console that does not hear Kafka");
        says(0);
        soon().until(() -> browser.count(".unheard") == 0);
        assertEquals("live", browser.text(".live"));

        // A list has no stream, and hears it with each answer.
        browser.run("window.unheard = 7200; location.hash = '#/runs';");
        shows(".unheard", "for 2 h 0 min");
        shows("table", run);
        browser.run("window.unheard = 0;");
        soon().until(() -> browser.count(".unheard") == 0);
    }

    private static void says(int unheardSeconds) {
        browser.run(
                "window.unheard = arguments[0];"
                        + " window.streams.at(-1).dispatchEvent(new MessageEvent('alive', {data: `{\"unheardSeconds\": ${arguments[0]}}`}))",
                unheardSeconds);
    }

    /** A page on a wall took each score to what it had, and the console itself keeps 500. */
    @Test
    void whatThePageCollectsIsExchangedForWhatTheConsoleKeeps() throws Exception {
        judgedThreeTimes();
        browser.go(page + "#/runs");
        shows("h1", "Runs");
        browser.run("const every = window.setInterval; window.exchanges = [];"
                + " window.setInterval = (work, millis) => { if (millis === 60_000) { window.exchanges.push(work); }"
                + " return every(work, millis); };"
                + " window.streams = []; window.EventSource = class extends EventSource {"
                + " constructor(address) { super(address); window.streams.push(this); } };");
        openRun();
        soon().until(() -> newestScore() == 2);
        browser.run(
                "return fetch('/api/runs/" + run
                        + "/history/scores').then((answer) => answer.json()).then(([score]) => {"
                        + " for (let step = 401; step < 700; step++) {"
                        + " window.streams.at(-1).dispatchEvent(new MessageEvent('fid', {data: JSON.stringify({...score, step})})); } });");
        soon().until(() -> newestScore() == 301);
        browser.run("window.exchanges.forEach((exchange) => exchange())");
        soon().until(() -> newestScore() == 2);
    }

    private static long newestScore() {
        return Long.parseLong(browser.find("input[type=range]").getAttribute("max"));
    }

    /** The stream ends with the login, and "trying again" stood there for ever. */
    @Test
    void aLoginThatHasEndedIsSaid() throws Exception {
        training(run, 40);
        openRunWithItsStreamsInSight();
        browser.run("const reach = window.fetch; window.fetch = (path, options) => path.startsWith('/api/runs/')"
                + " ? Promise.resolve(new Response('', {status: 401})) : reach(path, options);"
                + " window.streams.at(-1).onerror();");
        shows(".live", "you are not logged in any more; load the page again");
        shows(".facts", "40 of 2000");
        assertEquals(1L, browser.run("return window.streams.length"), "nothing is tried that a login is needed for");
    }

    /** As of an ASYNC run that has ended, or one that was paused as it waited: the curves went on, the table did not. */
    @Test
    void estimatesThatComeWithoutAStatusAreInTheTableToo() throws Exception {
        TrainedRun trained = training(run, 40);
        openRun();
        shows(".live", "live");
        shows(".facts", "40 of 2000");
        String before = browser.text("td[data-label='loss']");
        trained.train(40, 60);
        soon().until(() -> newestPoint("Multipliers") == 60);
        soon().until(() -> !before.equals(browser.text("td[data-label='loss']")));
        shows(".facts", "40 of 2000");
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

    /** It was "being deleted" and "live" for ever. */
    @Test
    void aRunThatIsDeletedWithItsHistoryWhileSomebodyLooksIsSaidToBeGone() throws Exception {
        training(run, 40).status(RunPhase.COMPLETED, 40, 40, "").durable();
        openRunWithItsStreamsInSight();
        shows(".facts", "40 of");
        assertEquals(
                202,
                send("DELETE", "/" + run + "?history=true", "application/json", "")
                        .statusCode());

        shows("main [role=status]", "This run was deleted");
        shows("h1", run);
        assertEquals(0, browser.count(".live, main button"), "nothing can be done with it, and nothing comes");
        soon().until(() -> browser.run(
                        "return window.streams.every(({readyState}) => readyState === EventSource.CLOSED)")
                .equals(true));
        browser.picture("gone");
        browser.assertAccessible("gone");
        browser.complaints();
    }

    /** One thing that could not be fetched kept all others as they were, and nothing said so. */
    @Test
    void whatCannotBeFetchedIsSaidWhileTheStreamIsOpenAndTheRestIsShown() throws Exception {
        TrainedRun trained = training(run, 40);
        openRunWithItsStreamsInSight();
        shows(".facts", "40 of 2000");
        soon().until(() -> !browser.text("main").contains("the past is still being read"));
        browser.run(
                "const reach = window.fetch; window.mend = () => { window.fetch = reach; };"
                        + " window.fetch = (path, options) => path.endsWith('/timeline')"
                        + " ? Promise.resolve(new Response('{\"detail\": \"out of order\"}', {status: 500})) : reach(path, options);");
        trained.status(RunPhase.TRAINING, 60, STEPS, "trains").durable();
        shows(".live.broken", "not all of this is the newest: out of order");
        shows(".facts", "60 of 2000");
        browser.picture("not-the-newest");
        browser.assertAccessible("not the newest");

        browser.run("window.mend()");
        soon().untilAsserted(() -> assertEquals("live", browser.text(".live")));
    }

    /** It was "live" for as long as the frozen connection lasted. */
    @Test
    void aFrozenConnectionIsALostOneAndHeals() throws Exception {
        TrainedRun trained = training(run, 40);
        try (CuttableLink link = new CuttableLink(page.getPort())) {
            browser.go("http://127.0.0.1:" + link.port() + "/#/runs");
            shows("h1", "Runs");
            browser.run("const later = window.setTimeout; window.mend = () => { window.setTimeout = later; };"
                    + " window.setTimeout = (work, millis, ...more) => later(work, millis === 40_000 ? 1500 : millis, ...more);"
                    + " const timeout = AbortSignal.timeout; AbortSignal.timeout = (millis) => timeout(millis / 20);"
                    + " window.streams = []; window.EventSource = class extends EventSource {"
                    + " constructor(address) { super(address); window.streams.push(this); } };");
            browser.run("location.hash = '#/runs/" + run + "'");
            shows(".facts", "40 of 2000");
            shows(".live", "live");

            link.freeze();
            browser.run("window.streams.at(-1).dispatchEvent(new MessageEvent('alive', {data: '{}'}))");
            shows(".live.broken", "connection lost");
            soon().until(() -> browser.run("return window.streams.at(0).readyState === EventSource.CLOSED")
                    .equals(true));
            trained.train(40, 80).status(RunPhase.TRAINING, 80, STEPS, "trains").durable();
            browser.run("window.mend()");
            link.mend();

            soon().untilAsserted(() -> assertEquals("live", browser.text(".live")));
            shows(".facts", "80 of 2000");
            browser.go("about:blank");
        }
        browser.complaints();
    }

    /** A list whose console had stopped stood there as if nothing had happened. */
    @Test
    void whatIsNotAnsweredInTimeIsSaid() throws Exception {
        try (CuttableLink link = new CuttableLink(page.getPort())) {
            browser.go("http://127.0.0.1:" + link.port() + "/#/pipelines");
            shows("h1", "Pipelines");
            browser.run(
                    "const timeout = AbortSignal.timeout; AbortSignal.timeout = (millis) => timeout(millis / 100);");
            link.freeze();
            shows("[role=alert]", "The console does not answer");
            link.mend();
            soon().until(() -> browser.count("[role=alert]") == 0);
            browser.go("about:blank");
        }
        browser.complaints();
    }

    /** Follows a run with a clock and streams that are the test's; then does what is said, and tells what came of it. */
    private static Object followed(String then) {
        return browser.run("""
                let now = 0;
                let timers = [];
                const [setTimer, clearTimer, Stream] = [window.setTimeout, window.clearTimeout, window.EventSource];
                const streams = [];
                const told = [];
                const pass = (millis) => {
                  const until = now + millis;
                  for (;;) {
                    const next = timers.filter(({at}) => at <= until).sort((a, b) => a.at - b.at)[0];
                    if (!next) {
                      break;
                    }
                    timers = timers.filter((one) => one !== next);
                    now = next.at;
                    next.work();
                  }
                  now = until;
                };
                const come = (kind) => streams.at(-1).dispatchEvent(new MessageEvent(kind, {data: '{}'}));
                const opens = () => streams.at(-1).onopen();
                return import('/app/api.js').then(({follow}) => {
                  window.setTimeout = (work, millis) => {
                    const timer = {work, at: now + millis};
                    timers.push(timer);
                    return timer;
                  };
                  window.clearTimeout = (timer) => { timers = timers.filter((one) => one !== timer); };
                  window.EventSource = class extends EventTarget {
                    constructor() { super(); streams.push(this); told.push('asked'); }
                    close() { told.push('closed'); }
                  };
                  try {
                    const end = follow('a-run', ['status'], {opened: () => told.push('open'), broken: () => told.push('broken'), event: (kind) => told.push(kind)});
                    opens();
                    %s
                    return told.join(' ');
                  } finally {
                    [window.setTimeout, window.clearTimeout, window.EventSource] = [setTimer, clearTimer, Stream];
                  }
                });""".formatted(then));
    }

    /** The console says every 15 s that it is there. */
    @Test
    void aStreamThatIsSilentForFortySecondsIsOpenedAgain() {
        browser.go(page.toString());
        shows("main", "Runs");
        assertEquals("asked open status", followed("come('status'); pass(86_400_000);"), "of an older console");
        assertEquals("asked open", followed("come('alive'); pass(39_000); come('alive'); pass(39_000);"));
        assertEquals(
                "asked open status",
                followed("come('alive'); pass(39_000); come('status'); pass(39_000);"),
                "whatever comes says that the console is there");
        assertEquals(
                "asked open closed broken asked open",
                followed("come('alive'); pass(40_000); pass(500); opens(); pass(39_000);"));
        assertEquals(
                "asked open closed broken asked closed broken asked",
                followed("come('alive'); pass(40_000); pass(500); pass(40_000); pass(1000);"),
                "one that is never answered, too");
        assertEquals("asked open closed", followed("come('alive'); end(); pass(86_400_000);"));
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
        openRunWithItsStreamsInSight();
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
