package org.millwright.cli.client;

import java.net.URI;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a client needs to use a server.
 *
 * @param url without a trailing slash
 * @param authority the PEM file of the certificate authority to trust; absent for a server whose certificate the system trusts anyway
 * @param tokens what to sign in with
 */
public record ServerAccess(URI url, @Nullable Path authority, TokenSource tokens) {

    /** @param token a personal token, or another that is good for long enough */
    public ServerAccess(URI url, @Nullable Path authority, String token) {
        this(url, authority, TokenSource.of(token));
    }

    /** Without the token: it is a secret. */
    @Override
    public String toString() {
        return url.toString();
    }
}
