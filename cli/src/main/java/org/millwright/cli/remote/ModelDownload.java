package org.millwright.cli.remote;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Copies a model version to this machine: all of it with the digests that it should have, or nothing. */
@Command(
        name = "download",
        description = {
            "Copy the files of a model version to this machine.",
            "The digest of every file is checked; what did not arrive whole is not kept."
        },
        footer = {
            "",
            "Examples:",
            "  ./millwright model download churn:3 --to ./models",
            "  ./millwright model download churn@champion --to ./models",
            "  ./millwright model download churn/Production --to ./models"
        })
final class ModelDownload extends NamedServerCommand {
    private static final String DIGESTS = "SHA256SUMS";

    @Option(
            names = "--to",
            paramLabel = "DIR",
            defaultValue = ".",
            description = "Folder in which the version's own folder is made (default: the current one).")
    private Path folder;

    @Override
    public Integer call() throws IOException {
        var version = ModelReference.parse(name.value());
        try (var body = server.workspace()
                .open("models", version.model(), "versions", version.version(), "download")
                .body()) {
            var taken = take(body, folder);
            if (output.isJson()) {
                output.print(taken);
            } else {
                output.note("%d files in %s, each with the digest that it should have"
                        .formatted(taken.files().size(), taken.folder()));
            }
            return ExitCode.OK.number();
        }
    }

    /** What was put there. @param files their digests by their path */
    record Taken(String folder, Map<String, String> files) {}

    /** Puts what comes into a folder of its own within the given one: all of it, checked, or nothing. */
    static Taken take(InputStream body, Path folder) throws IOException {
        Files.createDirectories(folder);
        // On the same disk as its place, so that it is moved there whole.
        var aside = Files.createTempDirectory(folder.toAbsolutePath(), ".download-");
        try {
            var files = unpack(body, aside);
            return new Taken(put(aside, folder).toString(), files);
        } finally {
            delete(aside);
        }
    }

    /** @return the digests of the files by their path */
    private static Map<String, String> unpack(InputStream body, Path aside) throws IOException {
        var found = new LinkedHashMap<String, String>();
        String listed = null;
        try (var zip = new ZipInputStream(body, StandardCharsets.UTF_8)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.getName().equals(DIGESTS)) {
                    listed = new String(zip.readAllBytes(), StandardCharsets.UTF_8);
                } else {
                    var target = JobCommand.Download.target(aside, entry.getName());
                    Files.createDirectories(target.toAbsolutePath().getParent());
                    var digesting = new DigestInputStream(zip, sha256());
                    Files.copy(digesting, target);
                    found.put(
                            entry.getName(),
                            HexFormat.of()
                                    .formatHex(digesting.getMessageDigest().digest()));
                }
            }
        } catch (IOException broken) {
            throw CommandFailed.unreachable(
                    "The download was cut off: " + broken.getMessage(), "Nothing was kept; try again.");
        }
        if (listed == null) {
            throw CommandFailed.unreachable("The download was cut off", "Nothing was kept; try again.");
        }
        requireListed(found, listed);
        return found;
    }

    private static void requireListed(Map<String, String> found, String listed) {
        var expected = new LinkedHashMap<String, String>();
        listed.lines().forEach(line -> {
            var gap = line.indexOf("  ");
            expected.put(line.substring(gap + 2), line.substring(0, Math.max(0, gap)));
        });
        if (!expected.equals(found)) {
            var wrong = expected.entrySet().stream()
                    .filter(file -> !file.getValue().equals(found.get(file.getKey())))
                    .map(Map.Entry::getKey)
                    .findFirst()
                    .orElse("a file that is not listed");
            throw CommandFailed.failed("What arrived is not what was sent: " + wrong, "Nothing was kept; try again.");
        }
    }

    /** Moves the one folder that came to its place. */
    private static Path put(Path aside, Path folder) throws IOException {
        try (var content = Files.list(aside)) {
            var whole = content.findFirst().orElseThrow(() -> CommandFailed.refused("The version has no files", ""));
            var target = folder.resolve(whole.getFileName());
            if (Files.exists(target)) {
                throw CommandFailed.refused(
                        "There is a %s already".formatted(target), "Move it away, or name another folder with --to.");
            }
            return Files.move(whole, target);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var tree = Files.walk(folder)) {
            for (var path : tree.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
