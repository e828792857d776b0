package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Page;
import java.util.List;

/** What can be seen by a program of the Web Content Accessibility Guidelines 2.1, levels A and AA. */
final class Accessibility {
    private static final List<String> RULES = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa");

    private Accessibility() {}

    /** The page that is shown breaks none of the rules. */
    static void check(Page page) {
        var broken = new AxeBuilder(page).withTags(RULES).analyze().getViolations();
        assertThat(broken.stream().map(Rule::toString).toList()).as(page.url()).isEmpty();
    }
}
