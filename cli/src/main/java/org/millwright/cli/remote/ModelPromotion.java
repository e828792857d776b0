package org.millwright.cli.remote;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;
import org.millwright.cli.client.WorkspaceClient;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Who holds a stage or an alias: promotions, roll backs, and the approvals that promotions may need. */
final class ModelPromotion {
    private ModelPromotion() {}

    @Command(
            name = "promote",
            description = {
                "Promote a model version to a stage or an alias; who held it makes room in the same moment.",
                "Where a policy wants approvals, it asks for them."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright model promote churn:3 --to Production",
                "  ./millwright model promote churn:3 --to @champion --comment 'better recall' --wait 3600"
            })
    static final class Promote extends NamedServerCommand {
        private static final Duration LOOK_AGAIN = Duration.ofSeconds(2);

        @Option(
                names = "--to",
                required = true,
                paramLabel = "TARGET",
                description = "Staging, Production, or @ and an alias.")
        private String target;

        @Option(names = "--comment", paramLabel = "TEXT", description = "Why; kept in the history.")
        private @Nullable String comment;

        @Option(
                names = "--wait",
                paramLabel = "SECONDS",
                description = "Wait so long for the approvals that it needs (default: do not wait).")
        private @Nullable Integer wait;

        @Override
        public Integer call() throws IOException, InterruptedException {
            var workspace = server.workspace();
            var version = ModelReference.parse(name.value());
            var body = new LinkedHashMap<String, Object>();
            body.put("to", target);
            if (comment != null) {
                body.put("comment", comment);
            }
            var answer = workspace.post(body, "models", version.model(), "versions", version.version(), "promote");
            var outcome = answer.path("outcome").asText();
            if (outcome.equals("waiting")) {
                return waiting(workspace, answer);
            }
            if (output.isJson()) {
                output.print(answer);
            } else {
                output.note(
                        outcome.equals("unchanged")
                                ? "%s holds %s already".formatted(name.value(), target)
                                : told(answer.path("promotion")));
            }
            return ExitCode.OK.number();
        }

        private int waiting(WorkspaceClient workspace, JsonNode answer) throws InterruptedException {
            var request = answer.path("request");
            var id = request.path("id").asText();
            if (wait == null) {
                if (output.isJson()) {
                    output.print(answer);
                } else {
                    output.note(
                            "Asked for approval as request %s: %s.".formatted(id, Cells.text(request.path("policy"))));
                }
                return ExitCode.OK.number();
            }
            var deadline = Instant.now().plusSeconds(wait);
            while (request.path("state").asText().equals("Open")) {
                if (Instant.now().isAfter(deadline)) {
                    throw new CommandFailed(
                            ExitCode.LATE,
                            "Request %s still waits: %s of %s approvals"
                                    .formatted(
                                            id,
                                            request.path("approvals").asText(),
                                            request.path("needed").asText()),
                            "It goes on waiting; see ./millwright model requests.");
                }
                Thread.sleep(LOOK_AGAIN);
                request = workspace.get("promotion-requests", id);
            }
            if (!request.path("state").asText().equals("Promoted")) {
                throw CommandFailed.refused(
                        "Request %s was %s"
                                .formatted(id, request.path("state").asText().toLowerCase(Locale.ROOT)),
                        said(request));
            }
            if (output.isJson()) {
                output.print(Map.of("outcome", "promoted", "request", request));
            } else {
                output.note("Promoted %s to %s".formatted(name.value(), target));
            }
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "roll-back",
            description = "Give a stage or an alias back to the version that held it before.",
            footer = {"", "Example:", "  ./millwright model roll-back churn --target Production --comment 'wrong data'"
            })
    static final class RollBack extends NamedServerCommand {
        @Option(
                names = "--target",
                required = true,
                paramLabel = "TARGET",
                description = "Staging, Production, or @ and an alias.")
        private String target;

        @Option(names = "--comment", paramLabel = "TEXT", description = "Why; kept in the history.")
        private @Nullable String comment;

        @Override
        public Integer call() throws IOException {
            var body = new LinkedHashMap<String, Object>();
            body.put("target", target);
            if (comment != null) {
                body.put("comment", comment);
            }
            var promotion = server.workspace().post(body, "models", name.value(), "roll-back");
            if (output.isJson()) {
                output.print(promotion);
            } else {
                output.note(told(promotion));
            }
            return ExitCode.OK.number();
        }
    }

    private static String told(JsonNode promotion) {
        var previous = Cells.text(promotion.path("previous"));
        return "%s:%s holds %s now%s"
                .formatted(
                        promotion.path("model").asText(),
                        promotion.path("version").asText(),
                        promotion.path("target").asText(),
                        previous.isEmpty() ? "" : "; before it was version " + previous);
    }

    @Command(
            name = "history",
            description = "Show which version held which stage or alias, since when, and who put it there.",
            footer = {"", "Example:", "  ./millwright model history churn --target Production"})
    static final class History extends NamedServerCommand {
        @Option(
                names = "--target",
                paramLabel = "TARGET",
                defaultValue = "",
                description = "Of this stage or alias only.")
        private String target;

        @Override
        public Integer call() throws IOException {
            var lines = WorkspaceClient.list(server.workspace()
                    .get(Map.of("target", target), "models", name.value(), "promotions")
                    .path("items"));
            var rows = lines.stream()
                    .map(line -> Cells.of(line)
                            .time("at", "at")
                            .with("target", "version", "previous", "how", "by", "comment"))
                    .toList();
            output.print(lines, Cells.table(rows), "No version of it was promoted yet.");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "requests",
            description = "List the promotions that wait for approval.",
            footer = {"", "Example:", "  ./millwright model requests --mine"})
    static final class Requests extends ServerCommand {
        @Option(names = "--mine", description = "Only those that wait for your word.")
        private boolean mine;

        @Override
        public Integer call() throws IOException {
            var requests = WorkspaceClient.list(server.workspace()
                    .get(Map.of("waiting_for_me", mine ? "true" : ""), "promotion-requests")
                    .path("items"));
            output.print(
                    requests,
                    Cells.table(requests.stream().map(ModelPromotion::row).toList()),
                    mine ? "Nothing waits for you." : "Nothing waits for approval.");
            return ExitCode.OK.number();
        }
    }

    private static Cells row(JsonNode request) {
        return Cells.of(request)
                .with("id")
                .as(
                        "model",
                        request.path("model").asText() + ":"
                                + request.path("version").asText())
                .with("target", "state")
                .as(
                        "approvals",
                        request.path("approvals").asText() + " of "
                                + request.path("needed").asText("1"))
                .as("asked by", request.path("requester").asText())
                .with("comment")
                .time("created", "created_at");
    }

    /** What the last one who spoke said. */
    private static String said(JsonNode request) {
        var votes = WorkspaceClient.list(request.path("votes"));
        return votes.isEmpty()
                ? ""
                : "%s: %s"
                        .formatted(
                                votes.getLast().path("by").asText(),
                                votes.getLast().path("comment").asText());
    }

    /** The answer of those who were asked. */
    abstract static class Decision extends ServerCommand {
        @Parameters(paramLabel = "REQUEST", description = "Its id, as ./millwright model requests shows it.")
        private String request;

        @Option(names = "--comment", paramLabel = "TEXT", defaultValue = "", description = "Why.")
        private String comment;

        private final String decision;

        Decision(String decision) {
            this.decision = decision;
        }

        @Override
        public Integer call() throws IOException {
            var answer = server.workspace().post(Map.of("comment", comment), "promotion-requests", request, decision);
            output.print(answer, Cells.table(List.of(row(answer))), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "approve",
            description = "Approve a promotion; with the last approval that it needs the version is promoted.",
            footer = {"", "Example:", "  ./millwright model approve REQUEST --comment 'checked on the test set'"})
    static final class Approve extends Decision {
        Approve() {
            super("approve");
        }
    }

    @Command(
            name = "reject",
            description = "Reject a promotion, which ends its request.",
            footer = {"", "Example:", "  ./millwright model reject REQUEST --comment 'the recall fell'"})
    static final class Reject extends Decision {
        Reject() {
            super("reject");
        }
    }

    @Command(
            name = "withdraw",
            description = "Take a request of your own back.",
            footer = {"", "Example:", "  ./millwright model withdraw REQUEST"})
    static final class Withdraw extends Decision {
        Withdraw() {
            super("withdraw");
        }
    }

    @Command(
            name = "policy",
            description = "Say who must approve promotions of a model.",
            subcommands = {PolicySet.class, PolicyShow.class, PolicyRemove.class},
            footer = {"", "Example:", "  ./millwright model policy set churn --target Production --needed 2"})
    static final class Policy extends CommandGroup {}

    @Command(
            name = "set",
            description = {
                "Let a stage or an alias change hands by approvals only.",
                "Neither the author of a version nor who asks for its promotion counts."
            },
            footer = {
                "",
                "Examples:",
                "  ./millwright model policy set churn --target Production --needed 2",
                "  ./millwright model policy set churn --target @champion --needed 1 --approver ada --approver ben"
            })
    static final class PolicySet extends NamedServerCommand {
        @Option(
                names = "--target",
                required = true,
                paramLabel = "TARGET",
                description = "Staging, Production, or @ and an alias.")
        private String target;

        @Option(names = "--needed", required = true, paramLabel = "COUNT", description = "How many must approve.")
        private int needed;

        @Option(
                names = "--approver",
                paramLabel = "PRINCIPAL",
                description =
                        "Whose approval counts; may be given several times (default: whoever may approve models).")
        private List<String> approvers = List.of();

        @Override
        public Integer call() throws IOException {
            var policy = server.workspace()
                    .put(Map.of("needed", needed, "approvers", approvers), "models", name.value(), "policies", target);
            output.print(policy, Cells.table(List.of(policyRow(policy))), "");
            return ExitCode.OK.number();
        }
    }

    @Command(
            name = "show",
            description = "Show who must approve promotions of a model.",
            footer = {"", "Example:", "  ./millwright model policy show churn"})
    static final class PolicyShow extends NamedServerCommand {
        @Override
        public Integer call() throws IOException {
            var policies = server.workspace().items("models", name.value(), "policies");
            output.print(
                    policies,
                    Cells.table(policies.stream().map(ModelPromotion::policyRow).toList()),
                    "Its promotions need no approval.");
            return ExitCode.OK.number();
        }
    }

    private static Cells policyRow(JsonNode policy) {
        return Cells.of(policy)
                .with("target")
                .as("policy", policy.path("in_words").asText())
                .as("changed by", policy.path("changed_by").asText())
                .time("changed", "changed_at");
    }

    @Command(
            name = "remove",
            description = "Let a stage or an alias change hands without approvals again.",
            footer = {"", "Example:", "  ./millwright model policy remove churn --target Production"})
    static final class PolicyRemove extends NamedServerCommand {
        @Option(
                names = "--target",
                required = true,
                paramLabel = "TARGET",
                description = "Staging, Production, or @ and an alias.")
        private String target;

        @Override
        public Integer call() throws IOException {
            server.workspace().delete("models", name.value(), "policies", target);
            Deleted.tell(output, "the policy of %s of %s".formatted(target, name.value()));
            return ExitCode.OK.number();
        }
    }
}
