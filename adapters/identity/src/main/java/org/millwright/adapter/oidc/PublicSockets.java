package org.millwright.adapter.oidc;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.ssl.SSLSocketFactory;
import org.millwright.shared.PublicAddresses;

/**
 * TLS to public addresses only. A connection is looked at once it stands and before a byte is sent over it, so no name can be
 * one address when it is checked and another when it is used. Only such connections are made TLS: Java's HTTP client then opens
 * them itself.
 */
final class PublicSockets extends SSLSocketFactory {
    private final SSLSocketFactory tls;

    PublicSockets(SSLSocketFactory tls) {
        this.tls = tls;
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    @Override
    public Socket createSocket(Socket connected, String host, int port, boolean autoClose) throws IOException {
        if (!PublicAddresses.contain(connected.getInetAddress())) {
            throw new ConnectException(
                    "'%s' is not on the public network; the operator names issuers of their own in MILLWRIGHT_OWN_ISSUERS"
                            .formatted(host));
        }
        return tls.createSocket(connected, host, port, autoClose);
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress from, int fromPort) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        throw unconnected();
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress from, int fromPort) throws IOException {
        throw unconnected();
    }

    private static IOException unconnected() {
        return new IOException("Only what is connected is made TLS");
    }
}
