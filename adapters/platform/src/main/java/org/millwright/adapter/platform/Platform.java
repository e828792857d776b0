package org.millwright.adapter.platform;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.UUID;
import org.millwright.access.SecretCipher;
import org.millwright.access.model.AccessContact;
import org.millwright.access.model.AttemptLimit;
import org.millwright.access.model.SessionLife;
import org.millwright.monitoring.spi.NamedReceivers;
import org.millwright.shared.HttpSettings;
import org.millwright.shared.IdSource;
import org.millwright.shared.ServerSettings;

/** Gives the domain what it must not fetch for itself: the time, ids and secrets, and what the operator decided. */
@ApplicationScoped
public class Platform {
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
    IdSource ids() {
        return new RandomIds();
    }

    /** The master key lies in a file that only the server's user can read; whoever starts the server makes it. */
    @Produces
    @Singleton
    SecretCipher cipher(ServerSettings settings) {
        return AesSecretCipher.ofBase64(readSecret(settings.secretFolder().resolve("master.key")));
    }

    /** What this machine calls itself; empty when it has no name. */
    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            return "";
        }
    }

    private static String readSecret(Path file) {
        try {
            return Files.readString(file).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("Cannot read the secret in " + file, unreadable);
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
