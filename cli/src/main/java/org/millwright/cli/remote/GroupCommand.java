package org.millwright.cli.remote;

import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Groups, and who is in them. */
@Command(
        name = "group",
        description = "Groups of people and services, which hold roles together (docs/access.md).",
        subcommands = {
            GroupCommand.ListAll.class,
            GroupCommand.Create.class,
            GroupCommand.Members.class,
            GroupCommand.Add.class,
            GroupCommand.Remove.class,
            GroupCommand.Delete.class
        },
        footer = {"", "Example:", "  ./millwright group add vision-team ana@example.org"})
public final class GroupCommand extends CommandGroup {
    private static final String MEMBERS = "members";

    /** Which group a command is about. */
    abstract static class OfGroup extends ServerCommand {
        @Parameters(paramLabel = "GROUP", description = "Its id.")
        String group;
    }

    /** Who is put into a group, or taken out of it. */
    abstract static class OfMember extends OfGroup {
        @Parameters(paramLabel = "WHO", description = "An id, a username or an e-mail address.")
        String member;

        int tell(String done) {
            if (output.isJson()) {
                output.print(Map.of("group", group, "member", member, "done", done));
            } else {
                output.note("%s %s %s".formatted(member, done, group));
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "list",
            description = "List groups, those of identity providers too.",
            footer = {"", "Example:", "  ./millwright group list --text vision"})
    static final class ListAll extends ServerCommand {
        @Option(names = "--text", paramLabel = "TEXT", defaultValue = "", description = "A part of the id or the name.")
        private String text;

        @Option(
                names = "--max",
                paramLabel = "N",
                defaultValue = "100",
                description = "At most so many (default: ${DEFAULT-VALUE}).")
        private int most;

        @Override
        public Integer call() throws IOException {
            var found = server.wholeServer()
                    .pages(Map.of("kind", "group", "text", text), most, PrincipalCommand.PRINCIPALS);
            output.print(found, Cells.table(PrincipalCommand.rows(found)), "There is no such group.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "create",
            description = "Make a group. Those of an identity provider come by themselves.",
            footer = {"", "Example:", "  ./millwright group create vision-team --display-name 'The vision team'"})
    static final class Create extends OfGroup {
        @Option(names = "--display-name", paramLabel = "NAME", description = "As shown to people (default: the id).")
        private @Nullable String name;

        @Override
        public Integer call() throws IOException {
            return PrincipalCommand.create(this, group, "group", name);
        }
    }

    @Command(
            name = "members",
            description = "List who is in a group.",
            footer = {"", "Example:", "  ./millwright group members vision-team"})
    static final class Members extends OfGroup {
        @Override
        public Integer call() throws IOException {
            var members = server.wholeServer().items(PrincipalCommand.PRINCIPALS, group, MEMBERS);
            output.print(members, Cells.table(PrincipalCommand.rows(members)), "Nobody is in the group.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "add",
            description = "Put somebody into a group. You must be one who may give all roles that it holds.",
            footer = {"", "Example:", "  ./millwright group add vision-team ana@example.org"})
    static final class Add extends OfMember {
        @Override
        public Integer call() throws IOException {
            server.wholeServer().put(Map.of(), PrincipalCommand.PRINCIPALS, group, MEMBERS, member);
            return tell("is in");
        }
    }

    @Command(
            name = "remove",
            description = "Take somebody out of a group.",
            footer = {"", "Example:", "  ./millwright group remove vision-team ana@example.org"})
    static final class Remove extends OfMember {
        @Override
        public Integer call() throws IOException {
            server.wholeServer().delete(PrincipalCommand.PRINCIPALS, group, MEMBERS, member);
            return tell("is no longer in");
        }
    }

    @Command(
            name = "delete",
            description = "Delete a group, and with it what its members held through it.",
            footer = {"", "Example:", "  ./millwright group delete vision-team"})
    static final class Delete extends OfGroup {
        @Override
        public Integer call() throws IOException {
            server.wholeServer().delete(PrincipalCommand.PRINCIPALS, group);
            Deleted.tell(output, group);
            return ExitCode.OK.number();
        }
    }
}
