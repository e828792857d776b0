package org.millwright.access.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.shared.Problem;

class FederatedTrustTest {
    private static final String PROD = "repo:acme/churn:environment:prod";

    @Test
    void a_token_matches_that_has_all_that_is_wanted() {
        var trust = github(PROD, Map.of("repository_id", "4711", "job_workflow_ref", "acme/flows/*@refs/heads/main"));
        var token = token(
                PROD, Map.of("repository_id", "4711", "job_workflow_ref", "acme/flows/deploy.yml@refs/heads/main"));
        assertThat(trust.mismatches(token)).isEmpty();
    }

    @Test
    void every_claim_that_differs_is_named_with_what_the_token_says() {
        var trust = github(PROD, Map.of("repository_id", "4711", "job_workflow_ref", "acme/flows/*"));
        var token = new SignedClaims(
                "https://elsewhere.example",
                "repo:acme/churn:ref:refs/heads/main",
                Set.of("sts"),
                null,
                null,
                null,
                null,
                Map.of("repository_id", "4712"));
        assertThat(trust.mismatches(token))
                .containsExactly(
                        "iss is 'https://elsewhere.example'",
                        "aud is 'sts'",
                        "sub is 'repo:acme/churn:ref:refs/heads/main'",
                        "job_workflow_ref is missing",
                        "repository_id is '4712'");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"*", "*:environment:prod", "repo:*", "repo:*/churn:ref:refs/heads/main", "environment:prod"})
    void all_the_worlds_repositories_are_not_trusted(String subject) {
        assertRefused(Problem.Invalid.class, () -> github(subject, Map.of()));
    }

    @Test
    void a_subject_of_ones_own_making_needs_a_claim_that_says_whose_it_is() {
        assertThat(github("environment:prod", Map.of("repository_owner_id", "65")))
                .isNotNull();
        assertRefused(Problem.Invalid.class, () -> github("environment:prod", Map.of("repository_owner_id", "*")));
        assertRefused(Problem.Invalid.class, () -> github("environment:prod", Map.of("ref", "refs/heads/main")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://token.example",
                "https://user@token.example",
                "https://token.example?x=1",
                "https:///x",
                "file:///etc/passwd",
                "token.example",
                "https://token.example/#x",
                "https://[",
                ""
            })
    void an_issuer_is_an_https_address(String text) {
        assertRefused(Problem.Invalid.class, () -> FederatedTrust.issuer(text, Set.of()));
    }

    @Test
    void the_operator_names_issuers_that_speak_without_tls() {
        var plain = URI.create("http://127.0.0.1:8080/default");
        assertThat(FederatedTrust.issuer(plain.toString(), Set.of(plain))).isEqualTo(plain);
        assertThat(FederatedTrust.issuer("https://token.example/a", Set.of()))
                .isEqualTo(URI.create("https://token.example/a"));
    }

    private static FederatedTrust github(String subject, Map<String, String> claims) {
        var patterns = new HashMap<String, ClaimPattern>();
        claims.forEach((claim, pattern) -> patterns.put(claim, new ClaimPattern(pattern)));
        return new FederatedTrust(
                new CredentialId(new UUID(0, 1)),
                new PrincipalId("ci"),
                "prod",
                FederatedTrust.GITHUB,
                "millwright",
                new ClaimPattern(subject),
                patterns,
                NOON,
                null);
    }

    private static SignedClaims token(String subject, Map<String, String> values) {
        return new SignedClaims(
                FederatedTrust.GITHUB.toString(), subject, Set.of("millwright"), null, null, null, null, values);
    }
}
