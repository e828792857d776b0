package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Purges what was deleted long ago, without waiting for the workspace's retention. */
@Command(
        name = "purge",
        description = {
            "Remove for good what was deleted longer ago than this; its files too. It cannot be undone.",
            "What something else still needs is left and named, with the reason."
        },
        footer = {
            "",
            "Examples:",
            "  ./millwright purge --older-than 30d --dry-run",
            "  ./millwright purge --older-than 12h"
        })
public final class PurgeCommand extends ServerCommand {
    private static final Pattern AGE = Pattern.compile("(?:(\\d{1,5})d)?(?:(\\d{1,5})h)?(?:(\\d{1,5})m)?");
    /** Versions first, because a run that one was made from stays while it can be restored. */
    private static final List<String> ORDER = List.of("model-version", "model", "logged-model", "experiment", "run");

    @Spec
    private CommandSpec command;

    @Option(
            names = "--older-than",
            required = true,
            paramLabel = "AGE",
            description = "Days, hours and minutes since it was deleted, such as 30d, 12h or 1d12h; 0m for everything.")
    private String olderThan;

    @Option(names = "--dry-run", description = "Only print what would go, and its bytes.")
    private boolean dryRun;

    @Override
    public Integer call() throws IOException {
        var workspace = server.workspace();
        var filters = new HashMap<String, String>();
        filters.put("older_than", duration());
        filters.put("sizes", "true");
        var items = new ArrayList<>(workspace.pages(filters, Integer.MAX_VALUE, "deleted"));
        items.sort(
                Comparator.comparingInt(item -> ORDER.indexOf(item.path("kind").asText())));
        var rows = new ArrayList<Cells>();
        var answers = new ArrayList<JsonNode>();
        var bytes = 0L;
        for (var item : items) {
            var outcome = dryRun ? "would go" : "purging";
            if (!dryRun) {
                try {
                    workspace.post(
                            null,
                            "deleted",
                            item.path("kind").asText(),
                            item.path("id").asText(),
                            "purge");
                } catch (CommandFailed refused) {
                    if (refused.exit() != ExitCode.REFUSED) {
                        throw refused;
                    }
                    outcome = "kept: " + refused.sentence();
                }
            }
            if (!outcome.startsWith("kept")) {
                bytes += item.path("bytes").asLong();
            }
            answers.add(((ObjectNode) item.deepCopy()).put("outcome", outcome));
            rows.add(Cells.of(item)
                    .with("id", "kind", "name", "experiment")
                    .time("deleted", "deleted_at")
                    .with("bytes")
                    .as("outcome", outcome));
        }
        output.print(answers, Cells.table(rows), "Nothing was deleted that long ago.");
        if (!output.isJson() && !rows.isEmpty()) {
            output.note("%,d bytes of files %s".formatted(bytes, dryRun ? "would be freed" : "are being freed"));
        }
        return ExitCode.OK.number();
    }

    /** As ISO 8601 writes it. */
    private String duration() {
        var parts = AGE.matcher(olderThan.strip());
        if (olderThan.isBlank() || !parts.matches()) {
            throw new ParameterException(
                    command.commandLine(), "'%s' is not an age such as 30d, 12h or 1d12h".formatted(olderThan));
        }
        return "P%sDT%sH%sM".formatted(number(parts.group(1)), number(parts.group(2)), number(parts.group(3)));
    }

    private static String number(@Nullable String digits) {
        return digits == null ? "0" : digits;
    }
}
