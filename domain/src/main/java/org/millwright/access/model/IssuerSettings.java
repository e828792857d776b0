package org.millwright.access.model;

import java.net.URI;
import java.util.Set;

/**
 * Whom the server may ask for the keys of foreign tokens, beside issuers on the public network that speak TLS.
 *
 * @param own issuers in the operator's own network: wherever they are, and also without TLS
 */
public record IssuerSettings(Set<URI> own) {
    public static final IssuerSettings PUBLIC_ONLY = new IssuerSettings(Set.of());

    public IssuerSettings {
        own = Set.copyOf(own);
    }
}
