package org.millwright.adapter.oidc;

import java.net.InetAddress;
import java.net.URI;

/** Which addresses of a provider are believed: keys and secrets go over HTTPS, or do not leave the machine. */
final class Addresses {
    private Addresses() {}

    /** @throws IllegalArgumentException when whoever is in between could change what it says */
    static void requireSafe(URI address) {
        var host = address.getHost();
        if (host == null || address.getRawUserInfo() != null) {
            throw new IllegalArgumentException("'%s' names no host".formatted(address));
        }
        var scheme = address.getScheme();
        if (!"https".equals(scheme) && !("http".equals(scheme) && isThisMachine(host))) {
            throw new IllegalArgumentException("'%s' is not https".formatted(address));
        }
    }

    /** @throws IllegalArgumentException when it is not https */
    static void requireTls(URI address) {
        requireHost(address);
        if (!"https".equals(address.getScheme())) {
            throw new IllegalArgumentException("'%s' is not https".formatted(address));
        }
    }

    /** @throws IllegalArgumentException when it is no address of a server */
    static void requireHost(URI address) {
        var scheme = address.getScheme();
        if (address.getHost() == null
                || address.getRawUserInfo() != null
                || !"https".equals(scheme) && !"http".equals(scheme)) {
            throw new IllegalArgumentException("'%s' names no host".formatted(address));
        }
    }

    private static boolean isThisMachine(String host) {
        if (host.equals("localhost")) {
            return true;
        }
        try {
            return InetAddress.ofLiteral(host.replaceAll("^\\[|]$", "")).isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }
}
