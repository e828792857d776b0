package org.millwright.adapter.webhook;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.millwright.monitoring.model.Answer;
import org.millwright.monitoring.spi.NamedReceivers;
import org.millwright.monitoring.spi.WebhookTransport;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/**
 * Posts to the very address that the guard has looked at: the name is resolved once, and the socket is connected to what came
 * of it. The JDK's HTTP clients take a name and resolve it again themselves, and a name service that an attacker owns can
 * answer something else the second time; so one request over one socket is written here, as HTTP/1.1 with
 * {@code Connection: close}. No proxy is asked and no redirect followed. The certificate is checked against the host's name.
 */
@ApplicationScoped
public class PinnedTransport implements WebhookTransport {
    private static final Duration CONNECT_PATIENCE = Duration.ofSeconds(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int MOST_ADDRESSES = 3;
    private static final int LONGEST_REASON = 500;
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final ReceiverGuard guard;
    private final SSLSocketFactory secureSockets;
    private final Duration patience;

    @Inject
    public PinnedTransport(NamedReceivers named) {
        this(new ReceiverGuard(named, InetAddress::getAllByName), publicAuthorities(), PATIENCE);
    }

    PinnedTransport(ReceiverGuard guard, SSLSocketFactory secureSockets, Duration patience) {
        this.guard = guard;
        this.secureSockets = secureSockets;
        this.patience = patience;
    }

    @SuppressWarnings("NullAway")
    protected PinnedTransport() {
        this(null, null, null);
    }

    @Override
    public void check(String url) {
        guard.admit(url);
    }

    @Override
    public Answer post(String url, Map<String, String> headers, String body) {
        Receiver receiver;
        try {
            receiver = guard.admit(url);
        } catch (Refused refused) {
            return new Answer.Unreached(
                    refused.problem() instanceof Problem.Invalid(var _, var rule)
                            ? rule
                            : refused.problem().sentence());
        }
        var content = body.getBytes(StandardCharsets.UTF_8);
        return post(receiver, head(receiver, headers, content.length), content);
    }

    @Override
    public String json(Map<String, Object> fields) {
        try {
            return JSON.writeValueAsString(fields);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Text, numbers and maps are writable as JSON", impossible);
        }
    }

    private Answer post(Receiver receiver, String head, byte[] content) {
        try (var connection = new Connection(patience)) {
            try {
                var socket = connection.open(receiver, secureSockets);
                var output = socket.getOutputStream();
                output.write(head.getBytes(StandardCharsets.US_ASCII));
                output.write(content);
                output.flush();
                return HttpReply.read(new BufferedInputStream(socket.getInputStream()));
            } catch (IOException failed) {
                return new Answer.Unreached(
                        connection.isOverdue()
                                ? "%s did not answer within %d seconds"
                                        .formatted(receiver.authority(), patience.toSeconds())
                                : reason(receiver, failed));
            }
        }
    }

    private static String head(Receiver receiver, Map<String, String> headers, int length) {
        var head = new StringBuilder()
                .append("POST ")
                .append(receiver.path())
                .append(" HTTP/1.1\r\nHost: ")
                .append(receiver.authority())
                .append("\r\nUser-Agent: Millwright\r\nAccept: */*\r\nConnection: close\r\n")
                .append("Content-Type: application/json\r\nContent-Length: ")
                .append(length)
                .append("\r\n");
        headers.forEach(
                (name, value) -> head.append(name).append(": ").append(value).append("\r\n"));
        return head.append("\r\n").toString();
    }

    private static String reason(Receiver receiver, IOException failed) {
        var why =
                switch (failed) {
                    case SSLException untrusted -> "No secure connection to %s: %s";
                    case SocketTimeoutException late -> "No connection to %s: %s";
                    default -> "No answer from %s: %s";
                };
        var reason = why.formatted(receiver.authority(), failed.getMessage()).replace("\0", "");
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }

    /** The public certificate authorities that the JDK trusts, whatever the server's own connections trust. */
    private static SSLSocketFactory publicAuthorities() {
        try {
            var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init((KeyStore) null);
            var context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context.getSocketFactory();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("The JDK's certificate authorities cannot be read", broken);
        }
    }

    /** A socket that is closed when the time is over, whatever it does then; a receiver that drips cannot hold us. */
    private static final class Connection implements AutoCloseable {
        private final CompletableFuture<Void> deadline;
        private volatile @Nullable Socket socket;
        private volatile boolean overdue;

        Connection(Duration patience) {
            deadline = CompletableFuture.runAsync(
                    () -> {
                        overdue = true;
                        closeSocket();
                    },
                    CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS));
        }

        boolean isOverdue() {
            return overdue;
        }

        Socket open(Receiver receiver, SSLSocketFactory secureSockets) throws IOException {
            var plain = connect(receiver);
            if (!receiver.secure()) {
                return plain;
            }
            var secured = (SSLSocket) secureSockets.createSocket(plain, receiver.host(), receiver.port(), true);
            var parameters = secured.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secured.setSSLParameters(parameters);
            secured.startHandshake();
            return secured;
        }

        private Socket connect(Receiver receiver) throws IOException {
            IOException unreachable = new IOException("it has no address");
            for (var address :
                    receiver.addresses().stream().limit(MOST_ADDRESSES).toList()) {
                var candidate = new Socket(Proxy.NO_PROXY);
                socket = candidate;
                try {
                    candidate.connect(
                            new InetSocketAddress(address, receiver.port()), (int) CONNECT_PATIENCE.toMillis());
                    return candidate;
                } catch (IOException failed) {
                    candidate.close();
                    unreachable = failed;
                }
            }
            throw unreachable;
        }

        private void closeSocket() {
            var open = socket;
            try {
                if (open != null) {
                    open.close();
                }
            } catch (IOException alreadyBroken) {
                // It is to be gone, and it is.
            }
        }

        @Override
        public void close() {
            deadline.cancel(false);
            closeSocket();
        }
    }
}
