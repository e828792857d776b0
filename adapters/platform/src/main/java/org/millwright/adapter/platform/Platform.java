package org.millwright.adapter.platform;

import static java.lang.System.Logger.Level.ERROR;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import org.millwright.access.SecretCipher;
import org.millwright.access.model.AccessContact;
import org.millwright.access.model.AttemptLimit;
import org.millwright.access.model.IssuerSettings;
import org.millwright.access.model.SessionLife;
import org.millwright.access.model.TokenLife;
import org.millwright.compute.spi.ClusterHosts;
import org.millwright.monitoring.spi.NamedReceivers;
import org.millwright.secret.spi.KeyRing;
import org.millwright.secret.spi.KeySource;
import org.millwright.shared.HttpSettings;
import org.millwright.shared.IdSource;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;

/** Gives the domain what it must not fetch for itself: the time, ids and secrets, and what the operator decided. */
@ApplicationScoped
public class Platform {
    private static final System.Logger LOG = System.getLogger(Platform.class.getName());

    private final EnvironmentSettings environment = new EnvironmentSettings(System.getenv());

    @Produces
    @Singleton
    Clock clock() {
        return Clock.systemUTC();
    }

    @Produces
    @Singleton
    ServerSettings settings() {
        return environment.read();
    }

    @Produces
    @Singleton
    ClusterHosts clusters() {
        return environment.clusters();
    }

    @Produces
    @Singleton
    NamedReceivers receivers() {
        return environment.receivers();
    }

    @Produces
    @Singleton
    HttpSettings http() {
        return environment.http(hostName());
    }

    @Produces
    @Singleton
    AttemptLimit attempts() {
        return environment.attempts();
    }

    @Produces
    @Singleton
    SessionLife sessions() {
        return environment.sessions();
    }

    @Produces
    @Singleton
    AccessContact contact() {
        return new EnvironmentSettings(System.getenv()).contact();
    }

    @Produces
    @Singleton
    TokenLife tokens() {
        return new EnvironmentSettings(System.getenv()).tokens();
    }

    @Produces
    @Singleton
    IssuerSettings issuers() {
        return new EnvironmentSettings(System.getenv()).issuers();
    }

    @Produces
    @Singleton
    IdSource ids() {
        return new RandomIds();
    }

    @Produces
    @Singleton
    @Typed({SecretCipher.class, KeyRing.class})
    EnvelopeCipher cipher(ServerSettings settings, KeySource vault, Clock clock) {
        try {
            return new EnvelopeCipher(
                    KeySettings.read(System.getenv(), settings.secretFolder()), vault, new OpenedDataKeys(clock));
        } catch (IllegalStateException | Refused wrong) {
            // The command that starts the server looks for these words in its log.
            LOG.log(ERROR, "A setting is wrong: {0}", wrong.getMessage());
            throw wrong;
        }
    }

    /** What this machine calls itself; empty when it has no name. */
    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "";
        }
    }

    private static final class RandomIds implements IdSource {
        private final SecureRandom random = new SecureRandom();

        @Override
        public UUID nextId() {
            return UUID.randomUUID();
        }

        @Override
        public byte[] nextSecret(int length) {
            var bytes = new byte[length];
            random.nextBytes(bytes);
            return bytes;
        }
    }
}
