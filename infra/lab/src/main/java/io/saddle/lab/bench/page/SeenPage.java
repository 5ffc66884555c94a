package io.saddle.lab.bench.page;

import java.time.Duration;
import java.util.List;
import org.openqa.selenium.chrome.ChromeDriver;

/** The page as a browser sees it, with the browser's own clock. */
final class SeenPage {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String WHEN = """
            const done = arguments[arguments.length - 1];
            const isThere = () => { %s };
            const look = () => isThere() ? done(%s) : requestAnimationFrame(look);
            look();
            """;
    private static final String TIMES =
            "[performance.getEntriesByName('first-contentful-paint')[0].startTime, performance.now()]";

    /**
     * One load.
     *
     * @param paintMillis until something was painted
     * @param completeMillis until all was there
     */
    record Load(double paintMillis, double completeMillis) {}

    private final ChromeDriver browser;
    private final String console;

    SeenPage(ChromeDriver browser, String console) {
        this.browser = browser;
        this.console = console;
        browser.manage().timeouts().scriptTimeout(PATIENCE);
    }

    /** @param rows runs that it shows at once */
    Load list(int rows) {
        return load("#/runs", "return document.querySelectorAll('tbody tr').length >= " + rows + ";");
    }

    Load run(String id) {
        return load(
                "#/runs/" + id,
                "return document.querySelectorAll('.uplot canvas').length > 0"
                        + " && !document.body.innerText.includes('still being read');");
    }

    /** Milliseconds of the wall clock at which the run's page shows that a step is done. */
    long millisWhenStepIsSeen(long step) {
        Object millis = browser.executeAsyncScript(WHEN.formatted(
                "return document.querySelector('.facts').innerText.includes('" + step + " of ');", "Date.now()"));
        return ((Number) millis).longValue();
    }

    private Load load(String view, String isThere) {
        // An address that differs only behind the # would not load anything.
        browser.get("about:blank");
        browser.get(console + "/" + view);
        List<?> times = (List<?>) browser.executeAsyncScript(WHEN.formatted(isThere, TIMES));
        return new Load(((Number) times.get(0)).doubleValue(), ((Number) times.get(1)).doubleValue());
    }
}
