package org.millwright.shared;

import java.net.URI;
import java.nio.file.Path;

/**
 * What the operator decided about this server; read once at start-up, by the platform adapter.
 *
 * @param dataFolder everything the server keeps outside the database
 * @param publicUrl where clients reach it, without a trailing slash
 * @param certificateAuthority the PEM file that clients trust to trust us
 * @param serverId names this process among several on one database
 * @param localSlots how many jobs the local pool runs at once
 */
public record ServerSettings(
        Path dataFolder, URI publicUrl, Path certificateAuthority, String serverId, int localSlots) {

    public Path artifactFolder() {
        return dataFolder.resolve("artifacts");
    }

    public Path workFolder() {
        return dataFolder.resolve("jobs");
    }

    public Path environmentFolder() {
        return dataFolder.resolve("environments");
    }

    public Path servingFolder() {
        return dataFolder.resolve("serving");
    }

    public Path secretFolder() {
        return dataFolder.resolve("secrets");
    }
}
