package org.millwright.cli.remote;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;

/**
 * What a look into an exported audit trail found, without a server. Each line ends with its hash, the SHA-256 of everything
 * before it, and names the hash of the line before.
 *
 * @param gaps how often a line does not follow the one before; whoever exported with filters has many
 * @param first the entry that the file begins with; 0 when there is none
 * @param digest SHA-256 of the file
 * @param fault what is wrong with the first line that is not as it was written; null when all are
 */
record AuditFile(
        long entries,
        long gaps,
        long first,
        long last,
        String lastHash,
        String digest,
        @Nullable String fault) {
    private static final String HASH = ",\"hash\":\"";
    private static final Pattern SEQUENCE = Pattern.compile("^\\{\"sequence\":(\\d{1,18}),");
    private static final Pattern PREVIOUS = Pattern.compile(",\"previous\":\"([0-9a-f]{64})\"$");
    private static final int HEX = 64;

    static AuditFile read(Path file) throws IOException {
        var digest = sha256();
        var entries = 0L;
        var gaps = 0L;
        var first = 0L;
        var last = 0L;
        var lastHash = "";
        String fault = null;
        try (var lines = new BufferedReader(new InputStreamReader(
                new DigestInputStream(Files.newInputStream(file), digest), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                entries++;
                var end = line.lastIndexOf(HASH);
                var hashed = end < 0 ? "" : line.substring(0, end);
                var sequence = SEQUENCE.matcher(hashed);
                var previous = PREVIOUS.matcher(hashed);
                if (!sequence.find() || !previous.find() || line.length() != end + HASH.length() + HEX + 2) {
                    if (entries == 1) {
                        throw CommandFailed.refused(
                                "%s is no audit trail exported as JSON lines".formatted(file),
                                "Write one with ./millwright audit export FILE.jsonl");
                    }
                    fault = fault == null ? "line %d is no entry".formatted(entries) : fault;
                    continue;
                }
                var number = Long.parseLong(sequence.group(1));
                var hash = line.substring(end + HASH.length(), end + HASH.length() + HEX);
                if (!hash.equals(hex(hashed)) && fault == null) {
                    fault = "entry %d is not as it was sealed".formatted(number);
                }
                if (entries > 1 && number == last + 1 && !previous.group(1).equals(lastHash) && fault == null) {
                    fault = "entry %d does not follow the one before it".formatted(number);
                }
                gaps += entries > 1 && number != last + 1 ? 1 : 0;
                first = entries == 1 ? number : first;
                last = number;
                lastHash = hash;
            }
        }
        return new AuditFile(
                entries, gaps, first, last, lastHash, HexFormat.of().formatHex(digest.digest()), fault);
    }

    private static String hex(String text) {
        return HexFormat.of().formatHex(sha256().digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
