package org.millwright.adapter.webhook;

import java.net.InetAddress;
import java.util.List;

/**
 * Where something may be sent: a URL that was looked at, and the addresses that its host had then. Only these are connected to.
 *
 * @param host as the certificate must name it
 * @param authority as the request names it: the host, and the port when it is not the usual one
 * @param path with the query
 */
record Receiver(String host, int port, boolean secure, String authority, String path, List<InetAddress> addresses) {
    Receiver {
        addresses = List.copyOf(addresses);
    }
}
