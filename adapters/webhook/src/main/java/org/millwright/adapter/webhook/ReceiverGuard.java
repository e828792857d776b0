package org.millwright.adapter.webhook;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.millwright.monitoring.spi.NamedReceivers;
import org.millwright.shared.PublicAddresses;
import org.millwright.shared.Refused;

/**
 * Decides whether something may be sent to a URL that a user gave. It may when it is HTTPS, and every address of its host is
 * public; a host that the operator named may have any address, and speak plain HTTP if the operator said so.
 *
 * <p>The refusals are in MLflow's words where MLflow has them.
 */
final class ReceiverGuard {
    private static final int LONGEST_URL = 2000;
    private static final int LOOK_UPS_AT_ONCE = 16;
    private static final long LOOK_UP_SECONDS = 5;

    /** Names that mean the machine itself, the private network or a cloud's metadata wherever they are asked for. */
    private static final Set<String> PRIVATE_NAMES = Set.of("localhost", "metadata", "metadata.goog", "instance-data");

    private static final List<String> PRIVATE_ZONES =
            List.of(".localhost", ".local", ".internal", ".home.arpa", ".metadata.goog");

    /** A host whose last label is a number is an address to many programs: 127.1, 2130706433, 0x7f000001. */
    private static final Pattern NUMERIC = Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9a-fA-F]*)");

    private static final Pattern DOTTED_QUAD = Pattern.compile("((25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)(\\.|$)){4}");

    private final NamedReceivers named;
    private final NameService names;
    private final Semaphore lookUps = new Semaphore(LOOK_UPS_AT_ONCE);

    ReceiverGuard(NamedReceivers named, NameService names) {
        this.named = named;
        this.names = names;
    }

    /** @throws Refused with Invalid that says why nothing may be sent there */
    Receiver admit(String url) {
        var uri = parse(url);
        var secure = secure(uri);
        if (uri.getHost() == null) {
            throw refuse("Webhook URL must include a hostname: '%s'".formatted(shortened(url)));
        }
        if (uri.getRawUserInfo() != null) {
            throw refuse("Webhook URL must not include credentials");
        }
        var host = withoutDot(uri.getHost().toLowerCase(Locale.ROOT));
        var port = port(uri, secure);
        var isNamed = named.allow(host, port, secure);
        if (!secure && !isNamed) {
            throw refuse("Invalid webhook URL scheme: 'http'. Allowed schemes are: https.");
        }
        if (!isNamed) {
            requirePublicName(host);
        }
        var addresses = resolve(host);
        if (!isNamed) {
            for (var address : addresses) {
                if (!PublicAddresses.contain(address)) {
                    throw refuse("Webhook URL must not resolve to a non-public IP address. '%s' resolves to %s."
                            .formatted(host, address.getHostAddress()));
                }
            }
        }
        return new Receiver(
                withoutBrackets(host),
                port,
                secure,
                uri.getPort() < 0 ? host : host + ":" + port,
                path(uri),
                List.of(addresses));
    }

    private static URI parse(String url) {
        if (url.isBlank()) {
            throw refuse("Webhook URL cannot be empty or just whitespace: '%s'".formatted(shortened(url)));
        }
        if (url.length() > LONGEST_URL) {
            throw refuse("at most %d characters".formatted(LONGEST_URL));
        }
        try {
            return URI.create(new URI(url).toASCIIString());
        } catch (URISyntaxException | IllegalArgumentException malformed) {
            throw refuse("Invalid webhook URL '%s': %s".formatted(shortened(url), malformed.getMessage()));
        }
    }

    private static boolean secure(URI uri) {
        var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
        if (!scheme.equals("https") && !scheme.equals("http")) {
            throw refuse("Invalid webhook URL scheme: '%s'. Allowed schemes are: https.".formatted(shortened(scheme)));
        }
        return scheme.equals("https");
    }

    private static int port(URI uri, boolean secure) {
        var port = uri.getPort() < 0 ? (secure ? 443 : 80) : uri.getPort();
        if (port < 1 || port > 65_535) {
            throw refuse("%d is no port".formatted(port));
        }
        return port;
    }

    private static void requirePublicName(String host) {
        if (PRIVATE_NAMES.contains(host) || PRIVATE_ZONES.stream().anyMatch(host::endsWith)) {
            throw refuse(
                    "Webhook URL must not resolve to a non-public IP address. '%s' is a private name.".formatted(host));
        }
        if (NUMERIC.matcher(host).matches() && !DOTTED_QUAD.matcher(host).matches()) {
            throw refuse("Webhook URL host '%s' is not a canonical IP address literal.".formatted(host));
        }
    }

    private InetAddress[] resolve(String host) {
        try {
            var addresses = lookUp(withoutBrackets(host));
            if (addresses.length > 0) {
                return addresses;
            }
        } catch (ExecutionException unknown) {
            if (!(unknown.getCause() instanceof UnknownHostException)) {
                throw new IllegalStateException("The name service failed", unknown);
            }
        } catch (TimeoutException late) {
            throw refuse("Timed out resolving Webhook URL hostname '%s'".formatted(host));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        throw refuse("Cannot resolve Webhook URL hostname '%s'".formatted(host));
    }

    /** A name service may not answer for a minute, and cannot be interrupted; so it is asked on a thread of its own. */
    private InetAddress[] lookUp(String host) throws ExecutionException, TimeoutException, InterruptedException {
        if (!lookUps.tryAcquire(LOOK_UP_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException();
        }
        var answer = new FutureTask<>(() -> names.resolve(host));
        Thread.ofPlatform().daemon().name("webhook name look-up").start(() -> {
            try {
                answer.run();
            } finally {
                lookUps.release();
            }
        });
        return answer.get(LOOK_UP_SECONDS, TimeUnit.SECONDS);
    }

    private static String path(URI uri) {
        var path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        return uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery();
    }

    private static String withoutDot(String host) {
        return host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    }

    private static String withoutBrackets(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    private static String shortened(String text) {
        return text.length() <= 120 ? text : text.substring(0, 117) + "...";
    }

    private static Refused refuse(String rule) {
        return Refused.invalid("url", rule);
    }
}
