package org.millwright.access.model;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What a secret is for, and how long it lives when nobody says otherwise. */
public enum CredentialKind {
    /** For clients: MLflow, the command line, CI. */
    PERSONAL_TOKEN("mwt_", Duration.ofDays(90)),
    /** For the script of one job. It ends with the run. */
    RUN_TOKEN("mwr_", Duration.ofDays(30)),
    /** A browser that has signed in. */
    SESSION("mws_", Duration.ofHours(12)),
    /** Opens one session, once. */
    SIGN_IN_LINK("mwl_", Duration.ofMinutes(15));

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

    public Duration lifetime() {
        return lifetime;
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
