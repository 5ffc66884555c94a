package io.saddle.stack.testing;

import io.saddle.stack.Programs;
import java.nio.file.Path;
import java.util.Optional;
import java.util.logging.Level;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A browser without a screen, driven by its own driver; neither is ever downloaded. */
public final class Chromium {

    private static final String BROWSER = "chromium";
    private static final String DRIVER = "chromedriver";
    private static final String[] PLAIN = {
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-dev-shm-usage",
    };

    private Chromium() {}

    /** Why none can be had here; empty if one can. */
    public static Optional<String> missing() {
        return Programs.find(BROWSER).isPresent() && Programs.find(DRIVER).isPresent()
                ? Optional.empty()
                : Optional.of("Chromium and its driver are not installed (on Debian: apt-get install chromium"
                        + " chromium-driver)");
    }

    /**
     * Starts one; {@code quit()} ends it.
     *
     * @param profile an empty folder
     */
    public static ChromeDriver open(Path profile) {
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        ChromeOptions options = new ChromeOptions();
        options.setBinary(Programs.find(BROWSER).orElseThrow().toFile());
        options.addArguments(PLAIN);
        options.addArguments("--user-data-dir=" + profile);
        options.setCapability("goog:loggingPrefs", logs);
        ChromeDriverService service = new ChromeDriverService.Builder()
                .usingDriverExecutable(Programs.find(DRIVER).orElseThrow().toFile())
                .usingAnyFreePort()
                .build();
        return new ChromeDriver(service, options);
    }
}
