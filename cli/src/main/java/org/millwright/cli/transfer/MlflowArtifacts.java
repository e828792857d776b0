package org.millwright.cli.transfer;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.millwright.cli.CommandFailed;

/** The files of an MLflow server: those that it gives out itself, and those on this machine that the caller allows. */
final class MlflowArtifacts {
    private static final Pattern PROXY = Pattern.compile("mlflow-artifacts:(?://(?<host>[^/]*))?/*(?<path>.*)");
    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):.*");

    private final MlflowServer server;
    private final List<Path> allowed;

    /** @param allowed folders of this machine that may be read where an artifact root lies in one of them */
    MlflowArtifacts(MlflowServer server, List<Path> allowed) {
        this.server = server;
        this.allowed = allowed.stream()
                .map(folder -> folder.toAbsolutePath().normalize())
                .toList();
    }

    /** A file below a root. @param size bytes */
    record Found(String path, long size) {}

    /** The files below one artifact root. */
    interface Root {
        void walk(TransferClient.Taker<Found> taker) throws IOException;

        InputStream open(String path) throws IOException;
    }

    /** @throws CommandFailed that says why the files of this root cannot be had */
    Root root(String uri) {
        var proxied = PROXY.matcher(uri);
        if (proxied.matches()) {
            var host = proxied.group("host");
            if (host != null
                    && !host.isEmpty()
                    && !host.equals(URI.create(server.url()).getAuthority())) {
                throw CommandFailed.refused("its files are given out by another server, %s".formatted(host), "");
            }
            return new Proxied(proxied.group("path"));
        }
        var prefix = server.url() + "/api/2.0/mlflow-artifacts/artifacts/";
        if (uri.startsWith(prefix)) {
            return new Proxied(uri.substring(prefix.length()));
        }
        var scheme = SCHEME.matcher(uri);
        if (!scheme.matches() || scheme.group(1).equals("file")) {
            return local(scheme.matches() ? fileOf(uri) : Path.of(uri));
        }
        throw CommandFailed.refused("its files are in %s, which this command does not read".formatted(uri), "");
    }

    private Root local(Path folder) {
        var place = folder.toAbsolutePath().normalize();
        if (allowed.stream().noneMatch(place::startsWith)) {
            throw CommandFailed.refused("its files are in the folder %s of the server's machine".formatted(folder), "");
        }
        return new Local(place);
    }

    private static Path fileOf(String uri) {
        try {
            return Path.of(URI.create(uri.replaceFirst("^file:/*", "file:///")));
        } catch (IllegalArgumentException noPath) {
            throw CommandFailed.refused("its files are at %s, which is no folder".formatted(uri), "");
        }
    }

    private final class Proxied implements Root {
        private final String root;

        Proxied(String root) {
            this.root = root.replaceFirst("/+$", "");
        }

        @Override
        public void walk(TransferClient.Taker<Found> taker) throws IOException {
            walk("", taker);
        }

        private void walk(String below, TransferClient.Taker<Found> taker) throws IOException {
            for (var file : server.list(below.isEmpty() ? root : root + "/" + below)) {
                var name = file.path("path").asText();
                // Base names, but some servers answer the path from the root on.
                name = name.substring(name.lastIndexOf('/') + 1);
                var path = below.isEmpty() ? name : below + "/" + name;
                if (file.path("is_dir").asBoolean()) {
                    walk(path, taker);
                } else {
                    taker.take(new Found(path, file.path("file_size").asLong(0)));
                }
            }
        }

        @Override
        public InputStream open(String path) throws IOException {
            return server.artifact(root + "/" + path);
        }
    }

    private record Local(Path folder) implements Root {
        @Override
        public void walk(TransferClient.Taker<Found> taker) throws IOException {
            if (!Files.isDirectory(folder)) {
                return;
            }
            List<Path> files;
            try (var tree = Files.walk(folder)) {
                files = tree.filter(file -> Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS))
                        .sorted()
                        .toList();
            }
            for (var file : files) {
                taker.take(new Found(folder.relativize(file).toString().replace('\\', '/'), Files.size(file)));
            }
        }

        @Override
        public InputStream open(String path) throws IOException {
            return Files.newInputStream(folder.resolve(path));
        }
    }
}
