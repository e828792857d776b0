package org.millwright.shared;

import java.time.Duration;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * How the server meets whoever comes over HTTP; read once at start-up, by the platform adapter.
 *
 * @param hosts names by which it is asked for, in lower case; addresses and {@code localhost} need not be among them
 * @param strictTransport how long browsers are to ask for it by HTTPS only; zero when they are not told
 * @param largestUpload bytes of one file
 */
public record HttpSettings(Set<String> hosts, Duration strictTransport, long largestUpload) {
    private static final Pattern ADDRESS = Pattern.compile("\\[[0-9a-fA-F:.%]+]|\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern PORT = Pattern.compile(":\\d{0,5}$");

    public HttpSettings {
        hosts = Set.copyOf(hosts);
    }

    /**
     * Whether a request is meant for this server. A name that somebody else chose may lead here as well, and a browser then
     * believes that the server is part of their site.
     *
     * @param authority host and port as the request has them
     */
    public boolean isNamed(String authority) {
        var host = PORT.matcher(authority).replaceFirst("").toLowerCase(Locale.ROOT);
        return isAddress(host) || host.equals("localhost") || hosts.contains(host);
    }

    /** Whether it is an address and no name. IPv6 stands in brackets. */
    public static boolean isAddress(String host) {
        return ADDRESS.matcher(host).matches();
    }
}
