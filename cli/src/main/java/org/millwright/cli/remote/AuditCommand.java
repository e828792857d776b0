package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The audit trail. */
@Command(
        name = "audit",
        description = "See who did what, export it, and check that nothing of it was changed.",
        subcommands = {
            AuditCommand.ListAll.class,
            AuditCommand.Export.class,
            AuditCommand.Check.class,
            AuditCommand.Head.class,
            AuditCommand.Cut.class
        },
        footer = {"", "Example:", "  ./millwright audit list --kind promotion --resource fraud --part 7"})
public final class AuditCommand extends CommandGroup {
    private static final String TRAIL = "audit";

    /** What is looked for. */
    static final class Filters {
        @Option(
                names = "--whole-server",
                description = "All workspaces, and what belongs to none, such as accounts; not only --workspace.")
        private boolean wholeServer;

        @Option(names = "--actor", paramLabel = "WHO", description = "An id, a username or an e-mail address.")
        private @Nullable String actor;

        @Option(
                names = "--action",
                paramLabel = "ACTION",
                description = "create, change, delete, restore, sign_in, sign_out, read or call.")
        private @Nullable String action;

        @Option(names = "--outcome", paramLabel = "OUTCOME", description = "allowed, refused or failed.")
        private @Nullable String outcome;

        @Option(
                names = "--kind",
                paramLabel = "KIND",
                description = "Of thing: model, promotion, 'role assignment', 'endpoint keys', ...")
        private @Nullable String kind;

        @Option(names = "--resource", paramLabel = "NAME", description = "The thing, by its name or id.")
        private @Nullable String resource;

        @Option(names = "--part", paramLabel = "PART", description = "Of the thing, such as a version of a model.")
        private @Nullable String part;

        @Option(names = "--operation", paramLabel = "OP", description = "Method and path, as entries show it.")
        private @Nullable String operation;

        @Option(names = "--permission", paramLabel = "NAME", description = "Such as MODEL_WRITE.")
        private @Nullable String permission;

        @Option(names = "--address", paramLabel = "IP", description = "Where it came from.")
        private @Nullable String address;

        @Option(names = "--run", paramLabel = "RUN", description = "Whose token was used.")
        private @Nullable String run;

        @Option(names = "--request", paramLabel = "ID", description = "One request, as entries and the log name it.")
        private @Nullable String request;

        @Option(names = "--from", paramLabel = "TIME", description = "A day or a time of UTC.")
        private @Nullable String from;

        @Option(
                names = "--until",
                paramLabel = "TIME",
                description = "A day or a time of UTC that no longer belongs to it.")
        private @Nullable String until;

        WorkspaceClient of(ServerOption server) throws IOException {
            return wholeServer ? server.wholeServer() : server.workspace();
        }

        Map<String, String> query() {
            var query = new LinkedHashMap<String, String>();
            put(query, "actor", actor);
            put(query, "action", action);
            put(query, "outcome", outcome);
            put(query, "kind", kind);
            put(query, "resource", resource);
            put(query, "part", part);
            put(query, "operation", operation);
            put(query, "permission", permission);
            put(query, "address", address);
            put(query, "run", run);
            put(query, "request", request);
            put(query, "from", from);
            put(query, "until", until);
            return query;
        }

        private static void put(Map<String, String> query, String name, @Nullable String value) {
            if (value != null) {
                query.put(name, value);
            }
        }
    }

    @Command(
            name = "list",
            description = "List entries, the newest first.",
            footer = {
                "",
                "Examples:",
                "  ./millwright audit list --actor ada --from 2026-11-01",
                "  ./millwright audit list --whole-server --outcome refused --max 20"
            })
    static final class ListAll extends ServerCommand {
        @Mixin
        private Filters filters;

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "50",
                description = "How many at most (default: ${DEFAULT-VALUE}).")
        private int most;

        @Override
        public Integer call() throws IOException {
            var found = filters.of(server).pages(filters.query(), Math.max(1, most), TRAIL);
            output.print(
                    found,
                    Cells.table(found.stream().map(ListAll::row).toList()),
                    "The audit trail has no such entry.");
            return ExitCode.OK.number();
        }

        private static Cells row(JsonNode entry) {
            var times = entry.path("occurrences").asInt(1);
            var outcome = entry.path("outcome").asText().toLowerCase(Locale.ROOT);
            return Cells.of(entry)
                    .time("at", "at")
                    .as("who", who(entry))
                    .as("did", entry.path("action").asText().toLowerCase(Locale.ROOT))
                    .with("kind", "resource", "part")
                    .as("outcome", outcome.equals("allowed") ? "" : times == 1 ? outcome : outcome + " " + times + "×")
                    .with("address", "operation", "reason");
        }

        private static String who(JsonNode entry) {
            var id = entry.path("principal").asText("");
            return id.isEmpty() ? entry.path("principal_name").asText("nobody") : id;
        }
    }

    @Command(
            name = "export",
            description = {
                "Write entries to a file, the oldest first: as JSON lines, or as CSV when the file is called so.",
                "JSON lines of the whole server without filters can be checked, and cut off, later."
            },
            footer = {"", "Example:", "  ./millwright audit export --whole-server audit-2026.jsonl"})
    static final class Export extends ServerCommand {
        private static final Duration PATIENCE = Duration.ofHours(2);

        @Mixin
        private Filters filters;

        @Parameters(paramLabel = "FILE", description = "A file that is not there yet.")
        private Path file;

        @Override
        public Integer call() throws IOException {
            if (Files.exists(file)) {
                throw CommandFailed.refused("%s is there already".formatted(file), "Choose another name.");
            }
            var csv = file.toString().toLowerCase(Locale.ROOT).endsWith(".csv");
            var query = new LinkedHashMap<>(filters.query());
            query.put("format", csv ? "csv" : "jsonl");
            var part = file.resolveSibling(file.getFileName() + ".part");
            try (var body =
                    filters.of(server).open(PATIENCE, query, TRAIL, "export").body()) {
                Files.copy(body, part, StandardCopyOption.REPLACE_EXISTING);
                Files.move(part, file);
            } finally {
                Files.deleteIfExists(part);
            }
            if (csv) {
                output.print(Map.of("file", file.toString()));
            } else {
                output.print(described(file, AuditFile.read(file)));
            }
            return ExitCode.OK.number();
        }
    }

    private static long sequence(JsonNode entry) {
        return entry.path("sequence").asLong();
    }

    private static Map<String, Object> described(Path file, AuditFile read) {
        var answer = new LinkedHashMap<String, Object>();
        answer.put("file", file.toString());
        answer.put("entries", read.entries());
        answer.put("first", read.first());
        answer.put("last", read.last());
        answer.put("hash", read.lastHash());
        answer.put("gaps", read.gaps());
        answer.put("sha256", read.digest());
        return answer;
    }

    @Command(
            name = "check",
            description = {
                "Check that no entry was changed, left out or put in. The exit code is 1 when one was.",
                "With a head that was noted before, check also that none since was taken from the end."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright audit check",
                "  ./millwright audit check --head 4711:9f86d0…",
                "  ./millwright audit check --file audit-2026.jsonl"
            })
    static final class Check extends ServerCommand {
        private static final Pattern NOTED = Pattern.compile("(\\d{1,18}):([0-9a-f]{64})");

        @Option(names = "--file", paramLabel = "FILE", description = "Check an exported file, without a server.")
        private @Nullable Path file;

        @Option(
                names = "--filtered",
                description = "The file was exported with filters, so entries are missing; each one is checked.")
        private boolean filtered;

        @Option(
                names = "--head",
                paramLabel = "N:HASH",
                description = "As ./millwright audit head said it at some time.")
        private @Nullable String head;

        @Override
        public Integer call() throws IOException {
            return file == null ? ofServer(server.wholeServer()) : ofFile(file);
        }

        private int ofFile(Path exported) throws IOException {
            var read = AuditFile.read(exported);
            var broken = read.fault();
            if (broken == null && read.gaps() > 0 && !filtered) {
                broken = "entries are missing in %d places".formatted(read.gaps());
            }
            var answer = described(exported, read);
            return told(answer, broken);
        }

        private int ofServer(WorkspaceClient server) {
            var noted = head == null ? null : NOTED.matcher(head);
            if (noted != null && !noted.matches()) {
                throw CommandFailed.usage("--head is a number, a colon and 64 hex digits", "");
            }
            var piece = server.get(TRAIL, "check");
            var start = sequence(piece.path("from"));
            while (!piece.path("complete").asBoolean()) {
                var end = piece.path("to");
                piece = after(server, sequence(end), end.path("hash").asText());
            }
            var end = piece.path("to");
            String broken = null;
            if (!piece.path("intact").asBoolean()) {
                broken = "entry %d: %s"
                        .formatted(
                                piece.path("broken_at").asLong(),
                                piece.path("reason").asText());
            } else if (noted != null) {
                broken = missing(server, Long.parseLong(noted.group(1)), noted.group(2), end);
            }
            var answer = new LinkedHashMap<String, Object>();
            answer.put("first", start + 1);
            answer.put("last", sequence(end));
            answer.put("hash", end.path("hash").asText());
            answer.put("checked", sequence(end) - start);
            return told(answer, broken);
        }

        /** What is wrong with the end of a chain that fits in itself; null when nothing is. */
        private static @Nullable String missing(WorkspaceClient server, long sequence, String hash, JsonNode end) {
            var last = sequence(end);
            if (last < sequence) {
                return "the chain ends at entry %d; it went to %d".formatted(last, sequence);
            }
            var fits = last == sequence
                    ? end.path("hash").asText().equals(hash)
                    : after(server, sequence, hash).path("intact").asBoolean();
            return fits ? null : "entry %d is not the one that was noted".formatted(sequence);
        }

        /** Checks the piece of the chain behind an entry. */
        private static JsonNode after(WorkspaceClient server, long sequence, String hash) {
            return server.get(Map.of("after", Long.toString(sequence), "hash", hash), TRAIL, "check");
        }

        private int told(Map<String, Object> answer, @Nullable String broken) {
            answer.put("intact", broken == null);
            if (broken != null) {
                answer.put("broken", broken);
            }
            output.print(answer);
            return (broken == null ? ExitCode.OK : ExitCode.FAILED).number();
        }
    }

    @Command(
            name = "head",
            description = {
                "Print how far the chain goes, as N:HASH. Kept where nobody who can write to the database can write,",
                "it shows later that nothing before it was changed or taken away."
            },
            footer = {"", "Example:", "  ./millwright audit head >> /mnt/elsewhere/audit-heads"})
    static final class Head extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var head = server.wholeServer().get(TRAIL, "head");
            if (output.isJson()) {
                output.print(head);
            } else {
                output.note(
                        head.path("sequence").asText() + ":" + head.path("hash").asText());
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "cut",
            description = {
                "Take away the entries that an exported file has, after checking it. Keep the file: nothing else has them.",
                "The chain goes on from its last entry, and the file's SHA-256 stays with the server."
            },
            footer = {"", "Example:", "  ./millwright audit cut audit-2025.jsonl"})
    static final class Cut extends ServerCommand {
        @Parameters(paramLabel = "FILE", description = "Exported with --whole-server and without filters.")
        private Path file;

        @Override
        public Integer call() throws IOException {
            var read = AuditFile.read(file);
            if (read.fault() != null || read.gaps() > 0) {
                throw CommandFailed.refused(
                        "%s does not have all entries as they were sealed".formatted(file),
                        "See ./millwright audit check --file " + file);
            }
            var trail = server.wholeServer();
            var begin = sequence(trail.get(TRAIL, "check").path("from")) + 1;
            if (read.first() > begin) {
                throw CommandFailed.refused(
                        "%s begins with entry %d, and the server's chain with %d".formatted(file, read.first(), begin),
                        "Export once more, without filters.");
            }
            var cut = new LinkedHashMap<String, Object>();
            cut.put("sequence", read.last());
            cut.put("hash", read.lastHash());
            cut.put("archive", read.digest());
            var answer = new LinkedHashMap<String, Object>();
            answer.put("removed", trail.post(cut, TRAIL, "cuts").path("removed").asLong());
            answer.put("up_to", read.last());
            output.print(answer);
            return ExitCode.OK.number();
        }
    }
}
