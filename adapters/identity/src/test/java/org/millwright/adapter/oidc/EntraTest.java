package org.millwright.adapter.oidc;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EntraTest {
    private static final String TENANT = "0f5e3a9c-1111-4222-8333-444455556666";
    private static final URI OWN = URI.create("https://login.microsoftonline.com/" + TENANT + "/v2.0");
    private static final URI SEVERAL = URI.create("https://login.microsoftonline.com/organizations/v2.0");

    @ParameterizedTest
    @CsvSource({
        "https://login.microsoftonline.com/common/v2.0, true",
        "https://sts.windows.net/x/, true",
        "https://login.microsoftonline.com.evil.example/x, false",
        "https://keycloak.example/realms/x, false"
    })
    void it_is_known_by_its_hosts(URI issuer, boolean entra) {
        assertThat(Entra.isAuthority(issuer)).isEqualTo(entra);
    }

    @Test
    void an_authority_publishes_itself_by_version_1_or_2() {
        assertThat(Entra.speaksFor(OWN, "https://login.microsoftonline.com/" + TENANT + "/v2.0"))
                .isTrue();
        assertThat(Entra.speaksFor(OWN, "https://sts.windows.net/" + TENANT + "/"))
                .isTrue();
        assertThat(Entra.speaksFor(OWN, "https://sts.windows.net/another/")).isFalse();
        assertThat(Entra.speaksFor(SEVERAL, "https://login.microsoftonline.com/{tenantid}/v2.0"))
                .isTrue();
        assertThat(Entra.speaksFor(SEVERAL, "https://evil.example/{tenantid}/v2.0"))
                .isFalse();
    }

    @Test
    void tokens_of_both_versions_count_for_the_tenant() {
        assertThat(Entra.issuers(OWN, OWN.toString()))
                .containsExactlyInAnyOrder(
                        "https://sts.windows.net/" + TENANT + "/",
                        "https://login.microsoftonline.com/" + TENANT + "/v2.0");
        assertThat(Entra.issuers(SEVERAL, "https://login.microsoftonline.com/{tenantid}/v2.0"))
                .allMatch(form -> form.contains("{tenantid}"));
    }
}
