package org.millwright.cli.remote;

import java.io.IOException;
import java.util.Map;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;

/** A command about something that is deleted, which it finds by its name or its id. */
abstract class InBin extends NamedServerCommand {
    /** What kind of thing the name is of. */
    abstract String kind(String ofName);

    /** As in the address: restore or purge. */
    abstract String action();

    /** What is said of the thing when it is done. */
    abstract String done();

    @Override
    public final Integer call() throws IOException {
        var workspace = server.workspace();
        var kind = kind(name.value());
        // A run is named by its id everywhere, and one that was deleted with its experiment is not listed by itself.
        var id = kind.equals("run") ? name.value() : find(workspace, kind, name.value());
        workspace.post(null, "deleted", kind, id, action());
        if (output.isJson()) {
            output.print(Map.of(action() + "d", name.value()));
        } else {
            output.note(done().formatted(name.value()));
        }
        return ExitCode.OK.number();
    }

    private static String find(WorkspaceClient workspace, String kind, String wanted) {
        var named = workspace.pages(Map.of("kind", kind), Integer.MAX_VALUE, "deleted").stream()
                .filter(item -> item.path("id").asText().equals(wanted)
                        || item.path("name").asText().equals(wanted))
                .toList();
        if (named.isEmpty()) {
            throw CommandFailed.refused(
                    "No %s '%s' is deleted".formatted(kind.replace('-', ' '), wanted),
                    "See ./millwright deleted for what is.");
        }
        if (named.size() > 1) {
            throw CommandFailed.refused(
                    "'%s' was deleted %d times".formatted(wanted, named.size()),
                    "Name one by its id: "
                            + named.stream()
                                    .map(item -> "%s (%s)"
                                            .formatted(
                                                    item.path("id").asText(),
                                                    Cells.time(item.path("deleted_at")
                                                            .asText())))
                                    .toList());
        }
        return named.getFirst().path("id").asText();
    }

    /** Puts back what was deleted. */
    abstract static class Restore extends InBin {
        @Override
        String action() {
            return "restore";
        }

        @Override
        String done() {
            return "Restored %s";
        }
    }

    /** Has it removed for good. */
    abstract static class Purge extends InBin {
        @Override
        String action() {
            return "purge";
        }

        @Override
        String done() {
            return "Purging %s; it is gone in a moment";
        }
    }
}
