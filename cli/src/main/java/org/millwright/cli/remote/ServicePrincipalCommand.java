package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Service principals: programs that sign in for themselves. */
@Command(
        name = "service-principal",
        description = "Programs that sign in for themselves: pipelines, schedulers, other servers (docs/access.md).",
        subcommands = {
            ServicePrincipalCommand.Create.class,
            ServicePrincipalCommand.ListAll.class,
            ServicePrincipalCommand.Show.class,
            ServicePrincipalCommand.Disable.class,
            ServicePrincipalCommand.Enable.class,
            ServicePrincipalCommand.Delete.class,
            ServicePrincipalCommand.Secrets.class,
            ServicePrincipalCommand.Certificates.class,
            ServicePrincipalCommand.Federation.class
        },
        footer = {"", "Example:", "  ./millwright service-principal create ci --name \"CI of churn\""})
public final class ServicePrincipalCommand extends CommandGroup {
    private static final String SERVICES = "service-principals";

    private static Cells row(JsonNode service) {
        return Cells.of(service)
                .with("id", "name", "disabled", "provider", "provider_client_id")
                .time("created", "created_at");
    }

    private static Cells secretRow(JsonNode secret) {
        return Cells.of(secret)
                .with("id", "name")
                .time("expires", "expires_at")
                .time("last_used", "last_used_at")
                .as("used_from", Cells.text(secret.path("last_used_from")))
                .time("revoked", "revoked_at");
    }

    private static Cells certificateRow(JsonNode certificate) {
        return Cells.of(certificate)
                .with("id", "name", "subject", "thumbprint")
                .time("expires", "expires_at")
                .time("last_used", "last_used_at");
    }

    private static Cells trustRow(JsonNode trust) {
        return Cells.of(trust)
                .with("id", "name", "issuer", "audience", "subject")
                .as("claims", trust.path("claims").isEmpty() ? "" : Cells.text(trust.path("claims")))
                .time("last_used", "last_used_at");
    }

    /** A command about one service principal. */
    abstract static class OfOne extends ServerCommand {
        @Parameters(index = "0", paramLabel = "SERVICE", description = "Its id.")
        String service;

        int show(JsonNode answer, Cells cells) {
            if (output.isJson()) {
                output.print(answer);
            } else {
                var row = cells.row();
                row.values().removeIf(String::isEmpty);
                output.print(row);
            }
            return ExitCode.OK.number();
        }
    }

    /** Disables or enables it. */
    abstract static class Switch extends OfOne {
        private final String action;

        Switch(String action) {
            this.action = action;
        }

        @Override
        public Integer call() throws IOException {
            var answer = server.wholeServer().post(null, SERVICES, service, action);
            return show(answer, row(answer));
        }
    }

    /** Takes away one thing that it signs in by. */
    abstract static class Removal extends OfOne {
        private final String collection;

        @Parameters(index = "1", paramLabel = "ID", description = "As ./millwright service-principal show has it.")
        private String id;

        Removal(String collection) {
            this.collection = collection;
        }

        @Override
        public Integer call() throws IOException {
            server.wholeServer().delete(SERVICES, service, collection, id);
            Deleted.tell(output, id);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "create",
            description = "Make a service principal. It may do nothing before somebody gives it a role.",
            footer = {
                "",
                "Example:",
                "  ./millwright service-principal create ci --name \"CI of churn\"",
            })
    static final class Create extends ServerCommand {
        @Parameters(
                arity = "0..1",
                paramLabel = "SERVICE",
                description = "Its client id (default: one that the server makes).")
        private @Nullable String id;

        @Option(
                names = {"-n", "--name"},
                required = true,
                paramLabel = "NAME",
                description = "What it is, for people.")
        private String name;

        @Option(
                names = "--provider",
                paramLabel = "PROVIDER",
                description = "The identity provider that knows it as an application; its tokens then sign it in.")
        private @Nullable String provider;

        @Option(
                names = "--provider-client-id",
                paramLabel = "ID",
                description = "The application's id there (appid, azp or client_id of its tokens).")
        private @Nullable String application;

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("name", name);
            put(body, "id", id);
            put(body, "provider", provider);
            put(body, "provider_client_id", application);
            var made = server.wholeServer().post(body, SERVICES);
            if (output.isJson()) {
                output.print(made);
            } else {
                output.print(row(made).row());
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "list",
            description = "List the service principals.",
            footer = {"", "Example:", "  ./millwright service-principal list"})
    static final class ListAll extends ServerCommand {
        @Override
        public Integer call() throws IOException {
            var services = server.wholeServer().pages(Map.of(), Integer.MAX_VALUE, SERVICES);
            output.print(
                    services,
                    Cells.table(
                            services.stream().map(ServicePrincipalCommand::row).toList()),
                    "There are no service principals.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show a service principal and what it signs in by.",
            footer = {"", "Example:", "  ./millwright service-principal show ci"})
    static final class Show extends OfOne {
        @Override
        public Integer call() throws IOException {
            var answer = server.wholeServer().get(SERVICES, service);
            if (output.isJson()) {
                output.print(answer);
                return ExitCode.OK.number();
            }
            show(answer, row(answer));
            part(answer, "secrets", ServicePrincipalCommand::secretRow);
            part(answer, "certificates", ServicePrincipalCommand::certificateRow);
            part(answer, "federation", ServicePrincipalCommand::trustRow);
            return ExitCode.OK.number();
        }

        private void part(JsonNode answer, String field, Function<JsonNode, Cells> row) {
            var items = WorkspaceClient.list(answer.path(field));
            output.out().println();
            output.out().println(field);
            output.print(items, Cells.table(items.stream().map(row).toList()), "none");
        }
    }

    @Command(
            name = "disable",
            description = "Refuse all that it does, from now on.",
            footer = {"", "Example:", "  ./millwright service-principal disable ci"})
    static final class Disable extends Switch {
        Disable() {
            super("disable");
        }
    }

    @Command(
            name = "enable",
            description = "Let it act again.",
            footer = {"", "Example:", "  ./millwright service-principal enable ci"})
    static final class Enable extends Switch {
        Enable() {
            super("enable");
        }
    }

    @Command(
            name = "delete",
            description = "Delete it, with its roles and all that it signs in by.",
            footer = {"", "Example:", "  ./millwright service-principal delete ci"})
    static final class Delete extends OfOne {
        @Override
        public Integer call() throws IOException {
            server.wholeServer().delete(SERVICES, service);
            Deleted.tell(output, service);
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "secret",
            description =
                    "Secrets that it signs in by. Several are good at the same time, so that clients can change over.",
            subcommands = {AddSecret.class, RevokeSecret.class},
            footer = {"", "Example:", "  ./millwright service-principal secret add ci --name 2026 --days 180"})
    static final class Secrets extends CommandGroup {}

    @Command(
            name = "add",
            description = "Add a secret. It is shown once, here.",
            footer = {"", "Example:", "  ./millwright service-principal secret add ci --name 2026 --days 180"})
    static final class AddSecret extends OfOne {
        @Option(
                names = {"-n", "--name"},
                required = true,
                paramLabel = "NAME",
                description = "Which one it is, for people.")
        private String name;

        @Option(names = "--days", paramLabel = "N", description = "How long it is good (default: the server's).")
        private @Nullable Integer days;

        @Option(names = "--secret-only", description = "Print nothing but the secret.")
        private boolean secretOnly;

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("name", name);
            put(body, "lifetime_days", days);
            var secret = server.wholeServer().post(body, SERVICES, service, "secrets");
            if (secretOnly) {
                output.out().println(secret.path("secret").asText());
                output.out().flush();
                return ExitCode.OK.number();
            }
            return show(secret, secretRow(secret).with("secret"));
        }
    }

    @Command(
            name = "revoke",
            description = "Make a secret useless at once, with the access tokens that it was good for.",
            footer = {"", "Example:", "  ./millwright service-principal secret revoke ci ID"})
    static final class RevokeSecret extends Removal {
        RevokeSecret() {
            super("secrets");
        }
    }

    @Command(
            name = "certificate",
            description = "Certificates, with whose key it signs in.",
            subcommands = {AddCertificate.class, RemoveCertificate.class},
            footer = {"", "Example:", "  ./millwright service-principal certificate add ci --file ci.pem"})
    static final class Certificates extends CommandGroup {}

    @Command(
            name = "add",
            description = "Register a certificate. Its key stays with you.",
            footer = {"", "Example:", "  ./millwright service-principal certificate add ci --file ci.pem"})
    static final class AddCertificate extends OfOne {
        @Option(names = "--file", required = true, paramLabel = "FILE", description = "The certificate in PEM.")
        private Path file;

        @Option(
                names = {"-n", "--name"},
                paramLabel = "NAME",
                description = "Which one it is, for people (default: the file's name).")
        private @Nullable String name;

        @Override
        public Integer call() throws IOException {
            if (!Files.isReadable(file)) {
                throw CommandFailed.usage("%s cannot be read".formatted(file), "");
            }
            var body = Map.of(
                    "name",
                    name == null ? String.valueOf(file.getFileName()) : name,
                    "certificate",
                    Files.readString(file));
            var answer = server.wholeServer().post(body, SERVICES, service, "certificates");
            return show(answer, certificateRow(answer));
        }
    }

    @Command(
            name = "remove",
            description = "Take a certificate no more, and end the access tokens that it was good for.",
            footer = {"", "Example:", "  ./millwright service-principal certificate remove ci ID"})
    static final class RemoveCertificate extends Removal {
        RemoveCertificate() {
            super("certificates");
        }
    }

    @Command(
            name = "federation",
            description =
                    "Issuers whose tokens it signs in by, so that it needs no secret: GitHub Actions, Azure DevOps.",
            subcommands = {AddTrust.class, RemoveTrust.class},
            footer = {
                "",
                "Example:",
                "  ./millwright service-principal federation add ci --name prod --issuer https://token.actions.githubusercontent.com \\",
                "      --subject repo:acme/churn:environment:prod"
            })
    static final class Federation extends CommandGroup {}

    @Command(
            name = "add",
            description = "Let an issuer's tokens stand for the service principal.",
            footer = {
                "",
                "Example:",
                "  ./millwright service-principal federation add ci --name prod --issuer https://token.actions.githubusercontent.com \\",
                "      --subject repo:acme/churn:environment:prod --claim repository_id=4711"
            })
    static final class AddTrust extends OfOne {
        @Option(
                names = {"-n", "--name"},
                required = true,
                paramLabel = "NAME",
                description = "Which one it is, for people.")
        private String name;

        @Option(names = "--issuer", required = true, paramLabel = "URL", description = "As its tokens name it; https.")
        private String issuer;

        @Option(
                names = "--audience",
                paramLabel = "AUDIENCE",
                description = "For whom the tokens are (default: the server's address).")
        private @Nullable String audience;

        @Option(
                names = "--subject",
                required = true,
                paramLabel = "PATTERN",
                description = "What their sub has to be; each * stands for anything.")
        private String subject;

        @Option(
                names = "--claim",
                paramLabel = "NAME=PATTERN",
                description = "What else has to match, such as repository_id=4711; may be given several times.")
        private Map<String, String> claims = new LinkedHashMap<>();

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("name", name);
            body.put("issuer", issuer);
            body.put("audience", audience == null ? server.access().url().toString() : audience);
            body.put("subject", subject);
            body.put("claims", claims);
            var answer = server.wholeServer().post(body, SERVICES, service, "federation");
            return show(answer, trustRow(answer));
        }
    }

    @Command(
            name = "remove",
            description = "Trust an issuer's tokens no more, and end the access tokens that they were good for.",
            footer = {"", "Example:", "  ./millwright service-principal federation remove ci ID"})
    static final class RemoveTrust extends Removal {
        RemoveTrust() {
            super("federation");
        }
    }

    private static void put(Map<String, Object> body, String field, @Nullable Object value) {
        if (value != null) {
            body.put(field, value);
        }
    }
}
