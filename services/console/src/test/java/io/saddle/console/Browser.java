package io.saddle.console;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.deque.html.axecore.args.AxeRunOptions;
import com.deque.html.axecore.results.ResultType;
import com.deque.html.axecore.results.Rule;
import com.deque.html.axecore.selenium.AxeBuilder;
import io.saddle.stack.testing.Chromium;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.By;
import org.openqa.selenium.ElementNotInteractableException;
import org.openqa.selenium.JavascriptExecutor;
import org.openqa.selenium.Keys;
import org.openqa.selenium.NoSuchElementException;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.interactions.Actions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.support.ui.WebDriverWait;

/** A headless Chromium of one's own, and what a test asks of the page in it. */
final class Browser implements AutoCloseable {

    private static final String RULES_OF_WCAG_2_AA = "wcag2a,wcag2aa,wcag21a,wcag21aa,best-practice";

    private final ChromeDriver driver;

    private Browser(ChromeDriver driver) {
        this.driver = driver;
    }

    /** Why no browser can be had here; empty if one can. */
    static Optional<String> missing() {
        return Chromium.missing().map(reason -> "the page's tests need a browser: " + reason);
    }

    /** @param profile an empty folder */
    static Browser open(Path profile) {
        return new Browser(Chromium.open(profile));
    }

    Browser size(int width, int height) {
        driver.executeCdpCommand(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        return this;
    }

    Browser dark(boolean dark) {
        driver.executeCdpCommand(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
        return this;
    }

    /** Says from now on who looks; {@code login} is {@code name:password}. */
    Browser login(String login) {
        driver.executeCdpCommand("Network.enable", Map.of());
        String pair = Base64.getEncoder().encodeToString(login.getBytes(StandardCharsets.UTF_8));
        driver.executeCdpCommand(
                "Network.setExtraHTTPHeaders", Map.of("headers", Map.of("Authorization", "Basic " + pair)));
        return this;
    }

    /** Runs from now on in each page before anything of the page does. */
    Browser first(String script) {
        driver.executeCdpCommand("Page.addScriptToEvaluateOnNewDocument", Map.of("source", script));
        return this;
    }

    Browser go(String address) {
        driver.get(address);
        return this;
    }

    /** What can be read there, in one go: the page may exchange its elements at any time. */
    String text(String css) {
        return String.valueOf(
                run("return [...document.querySelectorAll(arguments[0])].map(e => e.innerText).join('\\n')", css));
    }

    int count(String css) {
        return driver.findElements(By.cssSelector(css)).size();
    }

    /** The first such element, waited for: what was pressed shows after the page has drawn it. */
    WebElement find(String css) {
        return soon().until(page -> page.findElement(By.cssSelector(css)));
    }

    /** Clicks the first such element, waited for, however often the page draws it anew in the meantime. */
    void follow(String css) {
        soon().ignoring(StaleElementReferenceException.class).until(page -> {
            page.findElement(By.cssSelector(css)).click();
            return true;
        });
    }

    /** The page's button with these words or this label; waits until no dialog lies over it. */
    void press(String words) {
        soon().until(page -> count("dialog[open]") == 0);
        click("button", words);
    }

    /** The open dialog's button with these words; waits for the dialog. */
    void answer(String words) {
        click("dialog[open] button", words);
    }

    private void click(String css, String words) {
        soon().ignoring(StaleElementReferenceException.class)
                .withMessage(() -> "no button '" + words + "' can be pressed on the page:\n" + text("body"))
                .until(page -> {
                    page.findElements(By.cssSelector(css)).stream()
                            .filter(button ->
                                    words.equals(button.getText()) || words.equals(button.getAttribute("aria-label")))
                            .findFirst()
                            .orElseThrow(() -> new NoSuchElementException(words))
                            .click();
                    return true;
                });
    }

    private WebDriverWait soon() {
        return new WebDriverWait(driver, Duration.ofSeconds(20), Duration.ofMillis(50));
    }

    /** Puts a text into the first such field, waited for: one in a dialog is there just before the dialog is shown. */
    void type(String css, String text) {
        soon().ignoring(StaleElementReferenceException.class, ElementNotInteractableException.class)
                .until(page -> {
                    WebElement field = page.findElement(By.cssSelector(css));
                    // As a person does: clear() is no input to the page, which may put the old text back before the new
                    // one comes.
                    field.sendKeys(Keys.chord(Keys.CONTROL, "a"), text.isEmpty() ? Keys.DELETE : text);
                    return true;
                });
    }

    Object run(String script, Object... arguments) {
        return ((JavascriptExecutor) driver).executeScript(script, arguments);
    }

    /** A picture of the whole page, kept under target/screenshots. */
    void picture(String name) throws IOException {
        long height = ((Number) run("return Math.ceil(document.documentElement.scrollHeight)")).longValue();
        long width = ((Number) run("return innerWidth")).longValue();
        size((int) width, (int) Math.min(height, 6000));
        Path folder = Files.createDirectories(Path.of("target", "screenshots"));
        Files.write(folder.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    }

    /** What the page said on its console of errors and warnings, since it was asked last. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream()
                .filter(entry -> entry.getLevel().intValue() >= Level.WARNING.intValue())
                .map(LogEntry::getMessage)
                .toList();
    }

    /**
     * No rule of WCAG 2.1 AA is broken, as far as axe can tell. The page has no frames, whose results axe would put together in
     * a window that it opens for that.
     */
    void assertAccessible(String what) {
        AxeRunOptions violationsAlone = new AxeRunOptions();
        violationsAlone.setResultTypes(List.of(ResultType.Violations.getKey()));
        List<String> broken = new AxeBuilder()
                        .withOptions(violationsAlone)
                        .setLegacyMode()
                        .withTags(List.of(RULES_OF_WCAG_2_AA.split(",")))
                        .analyze(driver)
                        .getViolations()
                        .stream()
                        .map(Browser::inWords)
                        .toList();
        assertEquals(List.of(), broken, what);
    }

    private static String inWords(Rule rule) {
        return rule.getId() + ": " + rule.getHelp() + ": "
                + rule.getNodes().stream().limit(3).map(node -> node.getHtml()).toList();
    }

    Actions keys() {
        return new Actions(driver);
    }

    @Override
    public void close() {
        driver.quit();
    }
}
