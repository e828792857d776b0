package org.millwright.system;

import com.microsoft.playwright.APIRequest;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import java.time.Duration;
import java.util.List;

/** A browser for the tests of the studio: the machine's own, since the tests download none. */
final class StudioBrowser implements AutoCloseable {
    /** The first pages after a start are slow on a busy machine. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Playwright playwright;
    private final Browser browser;

    StudioBrowser() {
        PlaywrightAssertions.setDefaultAssertionTimeout(PATIENCE.toMillis());
        playwright = Playwright.create();
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Programs.need("chromium", "chromium-browser", "google-chrome"))
                        .setArgs(List.of("--no-sandbox", "--disable-gpu")));
    }

    /** A person at a screen, not signed in. */
    BrowserContext person() {
        var context = browser.newContext(new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(true)
                .setViewportSize(1280, 900)
                .setTimezoneId("Europe/Zurich"));
        context.setDefaultTimeout(PATIENCE.toMillis());
        return context;
    }

    /** Requests without a browser. */
    APIRequest request() {
        return playwright.request();
    }

    @Override
    public void close() {
        playwright.close();
    }
}
