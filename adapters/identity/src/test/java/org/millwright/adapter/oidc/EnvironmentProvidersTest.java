package org.millwright.adapter.oidc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.millwright.access.model.ProvidedRole;
import org.millwright.access.model.ProviderRules;
import org.millwright.workspace.WorkspaceName;

class EnvironmentProvidersTest {
    private static final String TENANT = "0f5e3a9c-1111-4222-8333-444455556666";

    @Test
    void nothing_said_is_no_provider() {
        var environment = new EnvironmentProviders(Map.of("PATH", "/bin", "MILLWRIGHT_SLOTS", "2"));

        assertThat(environment.read()).isEmpty();
        assertThat(environment.authorities()).isNull();
        assertThat(environment.checkInterval()).isEqualTo(Duration.ofMinutes(15));
    }

    @Test
    void a_provider_needs_an_address_and_what_it_knows_us_by() {
        var read = read(Map.of(
                "MILLWRIGHT_OIDC_PROVIDERS", "keycloak",
                "MILLWRIGHT_OIDC_KEYCLOAK_ISSUER", "https://login.example/realms/team/",
                "MILLWRIGHT_OIDC_KEYCLOAK_CLIENT_ID", "millwright"));

        assertThat(read).singleElement().satisfies(one -> {
            assertThat(one.name()).isEqualTo("keycloak");
            assertThat(one.label()).isEqualTo("keycloak");
            assertThat(one.issuer()).hasToString("https://login.example/realms/team");
            assertThat(one.clientId()).isEqualTo("millwright");
            assertThat(one.clientSecret()).isNull();
            assertThat(one.scopes()).containsExactly("openid", "profile", "email");
            assertThat(one.claims()).isEqualTo(ProviderSettings.Claims.USUAL);
            assertThat(one.tenants()).isEmpty();
            assertThat(one.rules()).isEqualTo(ProviderRules.NONE);
        });
    }

    @Test
    void several_keep_their_order_and_entra_is_known_by_its_address(@TempDir Path folder) throws Exception {
        var file = Files.writeString(folder.resolve("secret"), "s3cret\n");
        var read = read(Map.of(
                "MILLWRIGHT_OIDC_PROVIDERS", "entra, my-keycloak",
                "MILLWRIGHT_OIDC_ENTRA_ISSUER", "https://login.microsoftonline.com/organizations/v2.0",
                "MILLWRIGHT_OIDC_ENTRA_CLIENT_ID", "app",
                "MILLWRIGHT_OIDC_ENTRA_CLIENT_SECRET_FILE", file.toString(),
                "MILLWRIGHT_OIDC_ENTRA_TENANTS", TENANT.toUpperCase(),
                "MILLWRIGHT_OIDC_ENTRA_ROLES",
                        "AML.Owner=Owner, AML.Reader=Reader@team-a,AML.Reader=AzureML Data Scientist@team-b",
                "MILLWRIGHT_OIDC_MY_KEYCLOAK_ISSUER", "http://127.0.0.1:8080/realms/team",
                "MILLWRIGHT_OIDC_MY_KEYCLOAK_CLIENT_ID", "millwright",
                "MILLWRIGHT_OIDC_MY_KEYCLOAK_GROUPS_CLAIM", "none"));

        assertThat(read).extracting(ProviderSettings::name).containsExactly("entra", "my-keycloak");
        var entra = read.getFirst();
        assertThat(entra.clientSecret()).isEqualTo("s3cret");
        assertThat(entra.toString()).doesNotContain("s3cret");
        assertThat(entra.claims().subject()).isEqualTo("oid");
        assertThat(entra.scopes()).contains("offline_access");
        assertThat(entra.tenants()).containsExactly(TENANT);
        assertThat(entra.rules().roles())
                .isEqualTo(Map.of(
                        "AML.Owner", List.of(new ProvidedRole("Owner", null)),
                        "AML.Reader",
                                List.of(
                                        new ProvidedRole("Reader", new WorkspaceName("team-a")),
                                        new ProvidedRole("AzureML Data Scientist", new WorkspaceName("team-b")))));
        assertThat(read.getLast().claims().groups()).isNull();
    }

    @Test
    void owners_and_everybodys_role_are_rules() {
        var read = read(with(Map.of(
                "MILLWRIGHT_OIDC_P_OWNERS", "ada@example.org, ml platform team",
                "MILLWRIGHT_OIDC_P_DEFAULT_ROLE", "Reader@main")));

        assertThat(read.getFirst().rules().owners()).isEqualTo(Set.of("ada@example.org", "ml platform team"));
        assertThat(read.getFirst().rules().everybody()).isEqualTo(new ProvidedRole("Reader", WorkspaceName.MAIN));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    MILLWRIGHT_OIDC_P_ISSUER        | http://login.example/      | is no https address
                    MILLWRIGHT_OIDC_P_ISSUER        | login.example              | is no https address
                    MILLWRIGHT_OIDC_P_ISSUER        | https://u:p@login.example  | is no https address
                    MILLWRIGHT_OIDC_P_ISSUER        | https://login.example?a=b  | must end with its path
                    MILLWRIGHT_OIDC_P_ISSUER        | https://login.microsoftonline.com/common/v2.0 | MILLWRIGHT_OIDC_P_TENANTS is needed
                    MILLWRIGHT_OIDC_P_CLIENT_ID     | ''                         | MILLWRIGHT_OIDC_P_CLIENT_ID is not set
                    MILLWRIGHT_OIDC_P_CLIENT_SECRET_FILE | /there/is/none        | cannot be read
                    MILLWRIGHT_OIDC_P_SCOPES        | profile                    | must include 'openid'
                    MILLWRIGHT_OIDC_P_ROLES         | AML.Owner                  | is not <role at the provider>=<role here>
                    MILLWRIGHT_OIDC_P_ROLES         | AML.Owner=Owner@no/such    | workspace
                    MILLWRIGHT_OIDC_P_DEFAULT_ROLE  | @main                      | a role's name
                    MILLWRIGHT_OIDC_P_OWNER         | ada                        | MILLWRIGHT_OIDC_P_OWNER is no setting
                    MILLWRIGHT_OIDC_OTHER_ISSUER    | https://x.example          | MILLWRIGHT_OIDC_OTHER_ISSUER is no setting
                    MILLWRIGHT_OIDC_PROVIDERS       | P                          | cannot be a provider's name
                    MILLWRIGHT_OIDC_PROVIDERS       | p p                        | names a provider twice
                    """)
    void what_is_wrong_is_named(String variable, String value, String words) {
        assertThatIllegalStateException()
                .isThrownBy(() -> read(with(Map.of(variable, value))))
                .withMessageStartingWith("MILLWRIGHT_OIDC_")
                .withMessageContaining(words);
    }

    @Test
    void a_secret_is_given_in_one_way() {
        assertThatIllegalStateException()
                .isThrownBy(() -> read(with(Map.of(
                        "MILLWRIGHT_OIDC_P_CLIENT_SECRET", "s", "MILLWRIGHT_OIDC_P_CLIENT_SECRET_FILE", "/etc/hosts"))))
                .withMessageContaining("are both set")
                .withMessageContaining("MILLWRIGHT_OIDC_P_CLIENT_SECRET");
    }

    @Test
    void a_check_is_made_every_minute_to_every_day() {
        assertThat(new EnvironmentProviders(Map.of("MILLWRIGHT_OIDC_CHECK_MINUTES", "1")).checkInterval())
                .isEqualTo(Duration.ofMinutes(1));
        assertThatIllegalStateException()
                .isThrownBy(
                        () -> new EnvironmentProviders(Map.of("MILLWRIGHT_OIDC_CHECK_MINUTES", "0")).checkInterval())
                .withMessageStartingWith("MILLWRIGHT_OIDC_CHECK_MINUTES");
    }

    private static List<ProviderSettings> read(Map<String, String> environment) {
        return new EnvironmentProviders(environment).read();
    }

    private static Map<String, String> with(Map<String, String> more) {
        var environment = new HashMap<>(Map.of(
                "MILLWRIGHT_OIDC_PROVIDERS", "p",
                "MILLWRIGHT_OIDC_P_ISSUER", "https://login.example",
                "MILLWRIGHT_OIDC_P_CLIENT_ID", "millwright"));
        environment.putAll(more);
        return environment;
    }
}
