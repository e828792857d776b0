package org.millwright.monitoring.spi;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Receivers of webhooks that the operator named, because they lie in a private network or speak plain HTTP. A host is
 * meant as it is written, not by its addresses.
 */
public record NamedReceivers(List<Receiver> receivers) {
    private static final Pattern FORM =
            Pattern.compile("(https?://)?([A-Za-z0-9._-]+|\\[[0-9A-Fa-f:.]+])(?::(\\d{1,5}))?/?");

    /** @param port 0 for every port @param plain whether plain HTTP will do */
    public record Receiver(String host, int port, boolean plain) {}

    public NamedReceivers {
        receivers = List.copyOf(receivers);
    }

    /**
     * Reads {@code host}, {@code host:port} and {@code http://host:port}, separated by commas.
     *
     * @throws IllegalArgumentException naming the part that is none of these
     */
    public static NamedReceivers parse(String text) {
        var receivers = new ArrayList<Receiver>();
        for (var part : text.split(",")) {
            if (!part.isBlank()) {
                var matcher = FORM.matcher(part.strip());
                if (!matcher.matches()) {
                    throw new IllegalArgumentException("'%s' is no host, host:port or http://host".formatted(part));
                }
                var port = matcher.group(3);
                receivers.add(new Receiver(
                        matcher.group(2).toLowerCase(Locale.ROOT),
                        port == null ? 0 : Integer.parseInt(port),
                        "http://".equals(matcher.group(1))));
            }
        }
        return new NamedReceivers(receivers);
    }

    /** Whether the operator named it. @param secure whether HTTPS is spoken there */
    public boolean allow(String host, int port, boolean secure) {
        return receivers.stream()
                .anyMatch(named -> named.host().equals(host)
                        && (named.port() == 0 || named.port() == port)
                        && (secure || named.plain()));
    }
}
