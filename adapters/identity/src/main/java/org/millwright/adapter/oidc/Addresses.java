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
