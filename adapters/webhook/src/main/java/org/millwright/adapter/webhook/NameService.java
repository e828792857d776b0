package org.millwright.adapter.webhook;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** Gives the addresses of a host. */
@FunctionalInterface
interface NameService {
    InetAddress[] resolve(String host) throws UnknownHostException;
}
