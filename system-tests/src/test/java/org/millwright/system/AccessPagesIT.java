package org.millwright.system;

import static com.microsoft.playwright.assertions.PlaywrightAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.ColorScheme;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Who may do what, in a real browser: a manager gives, denies and takes away, and the person whom it is about sees the
 * difference with their next click, in a browser of their own.
 */
@ExtendWith(RunningServer.Provider.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AccessPagesIT {
    private final RunningServer server;
    private final List<String> complaints = new ArrayList<>();
    private StudioBrowser browser;
    private BrowserContext managers;
    private BrowserContext persons;
    private Page page;

    AccessPagesIT(RunningServer server) {
        this.server = server;
    }

    @BeforeAll
    void open() {
        browser = new StudioBrowser();
    }

    @AfterAll
    void close() {
        browser.close();
    }

    @BeforeEach
    void signIn() throws Exception {
        managers = browser.person();
        persons = browser.person();
        page = managers.newPage();
        page.navigate(server.signInLink());
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(page.url() + ": " + message.text());
            }
        });
    }

    @AfterEach
    void leave() {
        managers.close();
        persons.close();
        complaints.clear();
    }

    @Test
    void a_role_that_is_given_holds_at_once_and_no_longer_once_it_is_taken_away() {
        var name = name("ada");
        var person = signedIn(person(name));
        assertThat(person.locator("h1")).hasText("You are signed in, but have no role yet");

        give(name, "Reader", "allow");
        person.navigate(studio("models.xhtml"));
        assertThat(person.locator("h1")).hasText("Models");

        page.navigate(studio("access.xhtml?q=" + name));
        assertThat(row(name)).containsText("Reader");
        row(name).getByText("Take away").click();
        page.click("#takeForm >> text=Take away");
        assertThat(page.locator("#messages .notice.good")).containsText("Taken away");
        person.navigate(studio("models.xhtml"));
        assertThat(person.locator("h1")).hasText("You are signed in, but have no role yet");
        assertThat(complaints).isEmpty();
    }

    @Test
    void a_denial_wins_and_the_reason_names_it() {
        var name = name("grace");
        var role = name("Models");
        makeRole(role, "MODEL_READ", "MODEL_WRITE");
        var person = signedIn(person(name));
        give(name, "Contributor", "allow");
        person.navigate(studio("models.xhtml"));
        assertThat(person.locator("h1")).hasText("Models");

        give(name, role, "deny");
        person.navigate(studio("jobs.xhtml"));
        assertThat(person.locator("h1")).hasText("Jobs");
        assertThat(person.locator("nav.sidebar a[href='jobs.xhtml']")).isVisible();
        assertThat(person.locator("nav.sidebar a[href='models.xhtml']")).hasCount(0);
        assertThat(status(person, "models.xhtml")).isEqualTo(403);
        assertThat(person.locator("main")).containsText("can give you a role");

        person.getByText("Why?").click();
        assertThat(person.locator("h1")).hasText("What may I do?");
        assertThat(person.locator("section.verdict")).containsText("Not allowed");
        assertThat(person.locator("section.verdict"))
                .containsText("denied role '%s' on workspace 'main' denies it, and a denial wins".formatted(role));
        assertThat(person.locator("main")).containsText("The denial of '%s'".formatted(role));

        page.navigate(studio("access.xhtml?q=" + name));
        assertThat(row(name).locator(".chip.denied")).hasText("Denied: " + role);
    }

    @Test
    void a_role_of_the_teams_own_permits_what_was_ticked_and_changes_for_whoever_has_it() {
        var role = name("Auditor");
        var name = name("barbara");
        makeRole(role, "WORKSPACE_READ", "AUDIT_READ");

        var person = signedIn(person(name));
        give(name, role, "allow");
        person.navigate(studio("audit.xhtml"));
        assertThat(person.locator("h1")).hasText("Audit");

        page.navigate(studio("role.xhtml?name=" + role));
        assertThat(page.locator("tr", new Page.LocatorOptions().setHasText(name)))
                .isVisible();
        page.uncheck("input[value=AUDIT_READ]");
        page.click("main form >> text=Save");
        assertThat(page.locator("#messages .notice.good")).containsText("holds at once");
        assertThat(status(person, "audit.xhtml")).isEqualTo(403);

        page.click("[data-open=delete-dialog]");
        page.click("#deleteForm >> text=Delete role");
        assertThat(page.locator("#messages .notice.bad")).containsText("held by somebody");
        assertThat(complaints).isEmpty();
    }

    @Test
    void what_a_group_holds_its_members_hold_and_the_list_says_through_which() {
        var group = name("team");
        var name = name("katherine");
        var person = signedIn(person(name));
        page.navigate(studio("people.xhtml"));
        page.click("text=New group");
        page.fill("#groupId", group);
        page.click("text=Make group");
        assertThat(page.locator("h1")).hasText(group);

        page.click("text=Add a member");
        pick(name);
        page.locator("#joinForm")
                .getByText("Add", new Locator.GetByTextOptions().setExact(true))
                .click();
        assertThat(page.locator("#principal-members")).containsText(name);
        give(group, "Reader", "allow");
        person.navigate(studio("models.xhtml"));
        assertThat(person.locator("h1")).hasText("Models");
        page.navigate(studio("access.xhtml?q=" + name));
        assertThat(row(name)).containsText("through " + group);

        page.navigate(studio("principal.xhtml?id=" + group));
        page.locator("#principal-members").getByText("Remove").click();
        page.click("text=Take out");
        assertThat(page.locator("#messages .notice.good")).containsText("No longer in the group");
        person.navigate(studio("models.xhtml"));
        assertThat(person.locator("h1")).hasText("You are signed in, but have no role yet");
        assertThat(complaints).isEmpty();
    }

    @Test
    void who_is_disabled_is_out_at_once_and_back_when_enabled() {
        var name = name("radia");
        var link = person(name);
        give(name, "Reader", "allow");
        var person = signedIn(link);
        assertThat(person.locator("h1")).hasText("Home");

        page.navigate(studio("principal.xhtml?id=" + name));
        page.click("[data-open=disable-dialog]");
        page.click("#disableForm >> text=Disable");
        assertThat(page.locator("#principal-head .chip")).hasText("Disabled");
        person.navigate(studio("models.xhtml"));
        assertThat(person.locator("h1")).hasText("Sign in");

        page.click("#principal-head >> text=Enable");
        page.click("#enableForm >> text=Enable");
        assertThat(page.locator("#principal-head .chip")).hasText("Active");
        page.click("#principal-head >> text=Sign out everywhere");
        page.click("#signOutForm >> text=Sign out");
        assertThat(page.locator("#messages .notice.good")).containsText("1 session ended");
    }

    @Test
    void why_is_answered_about_others_with_what_would_help() {
        var name = name("frances");
        person(name);
        give(name, "Reader", "allow");

        page.navigate(studio("why.xhtml"));
        page.fill("#who", name);
        page.selectOption("#permission", "COMPUTE_WRITE");
        page.click("form.question button");
        assertThat(page.locator("section.verdict")).containsText("may not change compute targets on workspace 'main'");
        assertThat(page.locator("main"))
                .containsText("The role 'AzureML Compute Operator' is given on workspace 'main'.");
        page.locator("li", new Page.LocatorOptions().setHasText("AzureML Compute Operator"))
                .getByText("Give it")
                .click();
        assertThat(page.locator("#giveRole")).hasValue("AzureML Compute Operator");
        page.click("main form >> text=Save");
        assertThat(page.locator("#messages .notice.good")).containsText(name);

        page.navigate(studio("why.xhtml?permission=page.compute&who=" + name));
        assertThat(page.locator("section.verdict")).containsText("Allowed");
        page.navigate(studio("why.xhtml?permission=COMPUTE_WRITE&who=nobody-at-all"));
        assertThat(page.locator(".notice.bad")).containsText("No principal 'nobody-at-all'");
    }

    @Test
    void a_role_on_one_thing_needs_that_thing() {
        var name = name("karen");
        person(name);
        fillGive(name, "Reader", "allow");
        page.selectOption("#giveKind", "model");
        page.fill("#giveResource", "no-such-model");
        page.click("main form >> text=Save");
        assertThat(page.locator("#messages .notice.bad")).containsText("no-such-model");
        page.selectOption("#giveKind", "experiment");
        page.fill("#giveResource", "Default");
        page.click("main form >> text=Save");
        assertThat(page.locator("#messages .notice.good")).containsText("Experiment Default");
        page.navigate(studio("access.xhtml?q=" + name));
        assertThat(row(name)).containsText("Experiment Default");
    }

    @Test
    void a_reader_is_refused_by_every_page_of_management_in_words() {
        var name = name("hedy");
        var link = person(name);
        give(name, "Reader", "allow");
        var person = signedIn(link);

        assertThat(person.locator("nav.sidebar")).not().containsText("People and groups");
        for (var address : List.of(
                "access.xhtml",
                "give.xhtml",
                "people.xhtml",
                "principal.xhtml?id=admin",
                "roles.xhtml",
                "role.xhtml?name=Owner",
                "role.xhtml",
                "why.xhtml?permission=PURGE&who=admin",
                "audit.xhtml")) {
            assertThat(status(person, address)).as(address).isEqualTo(403);
            assertThat(person.locator("h1")).hasText("You may not do that");
        }
        assertThat(status(person, "why.xhtml?permission=PURGE")).isEqualTo(200);
        assertThat(person.locator("section.verdict")).containsText("Not allowed");
    }

    @Test
    void what_is_not_there_is_said_with_the_right_status() {
        assertThat(status(page, "principal.xhtml?id=nobody-at-all")).isEqualTo(404);
        assertThat(status(page, "role.xhtml?name=no-such-role")).isEqualTo(404);
        assertThat(status(page, "access.xhtml?in=no-such-workspace")).isEqualTo(404);
        assertThat(status(page, "give.xhtml?in=no-such-workspace")).isEqualTo(404);
        assertThat(status(page, "principal.xhtml")).isLessThan(500);
        assertThat(status(page, "access.xhtml?in=%20%00&after=x&view=y&role=z")).isLessThan(500);
        assertThat(status(page, "why.xhtml?in=*&kind=model&resource=x&permission=PURGE"))
                .isEqualTo(200);
        assertThat(page.locator(".notice.bad")).isVisible();
    }

    @ParameterizedTest
    @EnumSource(
            value = ColorScheme.class,
            names = {"LIGHT", "DARK"})
    void pages_meet_the_rules_of_accessibility(ColorScheme theme) {
        var name = name("donald");
        person(name);
        give(name, "Reader", "allow");
        give(name, "AzureML Registry User", "deny");
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(theme));
        for (var address : List.of(
                "access.xhtml",
                "access.xhtml?view=given",
                "give.xhtml",
                "give.xhtml?who=" + name,
                "people.xhtml",
                "principal.xhtml?id=" + name,
                "roles.xhtml",
                "role.xhtml?name=Reader",
                "role.xhtml",
                "why.xhtml",
                "why.xhtml?permission=MODEL_WRITE&who=" + name)) {
            page.navigate(studio(address));
            assertThat(page.locator("main")).isVisible();
            Accessibility.check(page);
        }
        assertThat(complaints).isEmpty();
    }

    private String studio(String address) {
        return server.url() + "/studio/" + address;
    }

    /** Other tests of this server have people of their own. */
    private static String name(String start) {
        return start + "-" + UUID.randomUUID().toString().substring(0, 8);
    }

    /** Makes somebody. @return a link that signs them in */
    private String person(String name) {
        page.navigate(studio("people.xhtml"));
        page.click("text=New person");
        page.fill("#personId", name);
        page.click("text=Make person");
        assertThat(page.locator("h1")).hasText(name);
        page.click("text=Sign-in link");
        page.click("text=Make link");
        return page.locator("#newLink pre").textContent();
    }

    private Page signedIn(String link) {
        var person = persons.newPage();
        person.navigate(link);
        return person;
    }

    private void makeRole(String name, String... permissions) {
        page.navigate(studio("role.xhtml?like=Reader"));
        page.fill("#roleName", name);
        page.fill("#roleDescription", "For a test");
        for (var ticked :
                page.locator("input[name='do:permission']:checked").all().reversed()) {
            ticked.uncheck();
        }
        for (var permission : permissions) {
            page.check("input[value=%s]".formatted(permission));
        }
        page.click("text=Make role");
        assertThat(page.locator("h1")).hasText(name);
    }

    private void give(String name, String role, String effect) {
        fillGive(name, role, effect);
        page.click("main form >> text=Save");
        assertThat(page.locator("#messages .notice.good")).containsText(name);
    }

    private void fillGive(String name, String role, String effect) {
        page.navigate(studio("give.xhtml"));
        pick(name);
        page.check("input[value=%s]".formatted(effect));
        page.selectOption("#giveRole", role);
    }

    private void pick(String name) {
        page.fill("#pickerSearch", name);
        page.waitForResponse(answer -> answer.request().method().equals("POST"), () -> page.locator("#pickerSearch")
                .press("End"));
        assertThat(page.locator("#pickerOffered input")).hasCount(1);
        page.check("input[name='do:who'][value='%s']".formatted(name));
    }

    private Locator row(String name) {
        return page.locator("#access tbody tr", new Page.LocatorOptions().setHasText(name));
    }

    private int status(Page who, String address) {
        return Objects.requireNonNull(who.navigate(studio(address))).status();
    }
}
