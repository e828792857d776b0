package org.millwright.access.model;

import java.time.Duration;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.IdSource;

/** What a secret is for, and how long it lives when nobody says otherwise. */
public enum CredentialKind {
    /** For clients that act for a person: MLflow, the command line. */
    PERSONAL_TOKEN("mwt_", Duration.ofDays(90)),
    /** For a service principal, which gets access tokens for it. */
    CLIENT_SECRET("mwc_", Duration.ofDays(180)),
    /** What a service principal works with, for a short time. */
    ACCESS_TOKEN("mwa_", Duration.ofHours(1)),
    /** For the script of one job. It ends with the run. */
    RUN_TOKEN("mwr_", Duration.ofDays(30)),
    /** A browser that has signed in. */
    SESSION("mws_", Duration.ofHours(12)),
    /** Opens one session, once. */
    SIGN_IN_LINK("mwl_", Duration.ofMinutes(15));

    private static final int SECRET_BYTES = 32;

    private final String prefix;
    private final Duration lifetime;

    CredentialKind(String prefix, Duration lifetime) {
        this.prefix = prefix;
        this.lifetime = lifetime;
    }

    /** Starts every secret of the kind, so that leaked ones can be recognised by scanners. */
    public String prefix() {
        return prefix;
    }

    /** A secret that nobody can guess. */
    public String newSecret(IdSource ids) {
        return prefix + Base64.getUrlEncoder().withoutPadding().encodeToString(ids.nextSecret(SECRET_BYTES));
    }

    public Duration lifetime() {
        return lifetime;
    }

    /** Whether it signs requests; others are only good for getting one that does. */
    public boolean isBearer() {
        return switch (this) {
            case PERSONAL_TOKEN, ACCESS_TOKEN, RUN_TOKEN, SESSION -> true;
            case CLIENT_SECRET, SIGN_IN_LINK -> false;
        };
    }

    public static @Nullable CredentialKind ofSecret(String secret) {
        for (var kind : values()) {
            if (secret.startsWith(kind.prefix)) {
                return kind;
            }
        }
        return null;
    }
}
