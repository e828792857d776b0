package org.millwright.access.model;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.shared.Refused;

/**
 * Whose tokens stand for a service principal, so that a workload elsewhere needs no secret: a job of GitHub Actions says by a
 * token of GitHub which repository and environment it is of, and is believed.
 *
 * <p>It is made and removed, never changed.
 *
 * @param issuer exactly as the tokens name it
 * @param audience one of the token's
 * @param claims what else has to match, by the claim's name
 */
public record FederatedTrust(
        CredentialId id,
        PrincipalId service,
        String name,
        URI issuer,
        String audience,
        ClaimPattern subject,
        Map<String, ClaimPattern> claims,
        Instant createdAt,
        @Nullable Instant lastUsedAt) {
    /** GitHub's own: all the world's repositories have tokens of it. */
    public static final URI GITHUB = URI.create("https://token.actions.githubusercontent.com");

    private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}][\\p{L}\\p{N} ._-]{0,99}");
    private static final Pattern CLAIM = Pattern.compile("[A-Za-z0-9_.:/-]{1,100}");
    private static final Pattern GITHUB_SUBJECT = Pattern.compile("repo:[^/*]+/.*", Pattern.DOTALL);
    /** Claims of GitHub that bind a token to somebody's repositories; names can be taken over, numbers cannot. */
    private static final Set<String> GITHUB_OWNERS = Set.of(
            "repository",
            "repository_id",
            "repository_owner",
            "repository_owner_id",
            "job_workflow_ref",
            "enterprise_id");

    private static final int LONGEST_ISSUER = 500;
    private static final int MOST_CLAIMS = 10;

    /** @throws Refused with Invalid, naming the field */
    public FederatedTrust {
        claims = Map.copyOf(claims);
        if (!NAME.matcher(name).matches()) {
            throw Refused.invalid("name", "1 to 100 letters, digits, spaces, '.', '_' and '-'");
        }
        if (audience.isBlank() || audience.length() > 500) {
            throw Refused.invalid("audience", "1 to 500 characters");
        }
        if (claims.size() > MOST_CLAIMS) {
            throw Refused.invalid("claims", "at most %d".formatted(MOST_CLAIMS));
        }
        for (var claim : claims.keySet()) {
            if (!CLAIM.matcher(claim).matches()) {
                throw Refused.invalid("claims", "'%s' is no claim's name".formatted(claim));
            }
        }
        if (subject.beginning().isEmpty()) {
            throw Refused.invalid("subject", "may not begin with '*': everybody at the issuer would be believed");
        }
        if (issuer.equals(GITHUB)
                && !GITHUB_SUBJECT.matcher(subject.text()).matches()
                && claims.entrySet().stream()
                        .noneMatch(claim -> GITHUB_OWNERS.contains(claim.getKey())
                                && !claim.getValue().beginning().isEmpty())) {
            throw Refused.invalid(
                    "subject",
                    "must name the owner as in 'repo:owner/name:environment:prod', or a claim such as repository_id must"
                            + " match: everybody has tokens of GitHub");
        }
    }

    /**
     * The address of an issuer.
     *
     * @param own those that the operator has in their own network, and lets speak without TLS
     * @throws Refused with Invalid for {@code issuer}
     */
    public static URI issuer(String text, Set<URI> own) {
        try {
            var issuer = URI.create(text);
            var named = issuer.getHost() != null
                    && issuer.getUserInfo() == null
                    && issuer.getQuery() == null
                    && issuer.getFragment() == null;
            if (named
                    && text.length() <= LONGEST_ISSUER
                    && ("https".equals(issuer.getScheme()) || own.contains(issuer))) {
                return issuer;
            }
        } catch (IllegalArgumentException noAddress) {
            // The message below says what one is.
        }
        throw Refused.invalid("issuer", "an https address without user, '?' and '#'");
    }

    /** Which claims do not match, as the token has them; empty when all do. */
    public List<String> mismatches(SignedClaims token) {
        var wrong = new ArrayList<String>();
        if (!token.issuer().equals(issuer.toString())) {
            wrong.add("iss is '%s'".formatted(token.issuer()));
        }
        if (!token.audience().contains(audience)) {
            wrong.add("aud is '%s'".formatted(String.join("', '", token.audience())));
        }
        if (!subject.matches(token.subject())) {
            wrong.add("sub is '%s'".formatted(token.subject()));
        }
        new TreeMap<>(claims).forEach((claim, pattern) -> {
            var value = token.value(claim);
            if (!pattern.matches(value)) {
                wrong.add(value == null ? claim + " is missing" : "%s is '%s'".formatted(claim, value));
            }
        });
        return wrong;
    }
}
