package org.millwright.portal.model;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.model.ApprovalInbox.Waiting;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.app.Promotions;
import org.millwright.registry.model.ApprovalPolicy;
import org.millwright.registry.model.Promotion;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Who holds the stages and aliases of a model, who held them, who asks for them, and the way to change that. */
@Named
@RequestScoped
@Requires(Permission.MODEL_READ)
public class PromotionPanel {
    private static final int MOST_LINES = 25;
    private static final int MOST_REQUESTS = 10;
    private static final String OTHER_ALIAS = "@";

    private final Address address;
    private final CurrentCaller caller;
    private final ModelRegistry models;
    private final Promotions promotions;
    private final Notices notices;
    private @Nullable List<ApprovalPolicy> policies;
    private @Nullable List<Waiting> requests;
    private @Nullable List<Promotion> history;
    private String target = Stage.PRODUCTION.label();
    private String alias = "";
    private String comment = "";

    @Inject
    public PromotionPanel(
            Address address, CurrentCaller caller, ModelRegistry models, Promotions promotions, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.models = models;
        this.promotions = promotions;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected PromotionPanel() {
        this(null, null, null, null, null);
    }

    /** A line of the history. @param what such as "took Production from v3" */
    public record Line(
            String version,
            String link,
            String target,
            String what,
            String icon,
            String by,
            String comment,
            Instant at) {}

    /** A place that can be given back. @param label such as "Production to v3" */
    public record Return(String target, String label) {}

    /** What must be agreed on before a place changes hands. */
    public record Rule(String target, String words) {}

    private ModelName name() {
        return new ModelName(address.text("name"));
    }

    public boolean isChangeable() {
        return caller.may(Permission.MODEL_WRITE, name());
    }

    public boolean isApprover() {
        return caller.may(Permission.MODEL_APPROVE, name());
    }

    public List<Rule> getRules() {
        return policies().stream()
                .map(policy -> new Rule(policy.target().label(), policy.inWords()))
                .toList();
    }

    private List<ApprovalPolicy> policies() {
        if (policies == null) {
            policies = promotions.policies(caller.workspace(), name());
        }
        return policies;
    }

    /** Those that wait, and the last that have ended. */
    public List<Waiting> getRequests() {
        if (requests == null) {
            requests = promotions.requests(caller.workspace(), name()).stream()
                    .limit(MOST_REQUESTS)
                    .map(asked -> ApprovalInbox.of(asked, caller))
                    .toList();
        }
        return requests;
    }

    private List<Promotion> history() {
        if (history == null) {
            history = promotions.history(caller.workspace(), name(), null);
        }
        return history;
    }

    public List<Line> getHistory() {
        return history().stream().limit(MOST_LINES).map(PromotionPanel::line).toList();
    }

    private static Line line(Promotion promotion) {
        var place = promotion.target().label();
        var previous = promotion.previous();
        var number = promotion.version() == null ? previous : promotion.version();
        var from = previous == null ? "" : " from v" + previous;
        var what =
                switch (promotion.how()) {
                    case PROMOTED -> "was promoted to %s%s".formatted(place, from);
                    case APPROVED -> "was approved for %s and took it%s".formatted(place, from);
                    case ROLLED_BACK -> "came back to %s%s".formatted(place, from);
                    case MOVED -> "was moved to %s by a client%s".formatted(place, from);
                    case LEFT -> "left " + place;
                };
        var icon =
                switch (promotion.how()) {
                    case PROMOTED, MOVED -> "pi-arrow-up-right";
                    case APPROVED -> "pi-verified";
                    case ROLLED_BACK -> "pi-undo";
                    case LEFT -> "pi-minus-circle";
                };
        return new Line(
                "v" + number,
                number == null ? "" : Links.model(new ModelRef(promotion.model(), number)),
                place,
                what,
                icon,
                promotion.by().value(),
                promotion.comment(),
                promotion.at());
    }

    /** Places that had a holder before the one of now. */
    public List<Return> getReturns() {
        var returns = new ArrayList<Return>();
        var seen = new TreeSet<String>();
        for (var line : history()) {
            if (seen.add(line.target().label())) {
                promotions
                        .rollBackTo(caller.workspace(), name(), line.target())
                        .ifPresent(number -> returns.add(new Return(
                                line.target().label(),
                                "%s to v%d".formatted(line.target().label(), number))));
            }
        }
        return returns;
    }

    /** The stages, the aliases that the model has, and another alias. */
    public List<Choice> getTargets() {
        var targets = new ArrayList<Choice>();
        for (var stage : List.of(Stage.PRODUCTION, Stage.STAGING)) {
            targets.add(new Choice(stage.label(), stage.label()));
        }
        var aliases =
                new TreeSet<>(models.get(caller.workspace(), name()).aliases().keySet());
        policies().forEach(policy -> {
            if (policy.target() instanceof Target.OfAlias(var guarded)) {
                aliases.add(guarded);
            }
        });
        aliases.forEach(known -> targets.add(new Choice("@" + known, "@" + known)));
        targets.add(new Choice(OTHER_ALIAS, "Another alias"));
        return targets;
    }

    @Requires(Permission.MODEL_WRITE)
    public void promote() {
        var wanted = target.equals(OTHER_ALIAS) ? "@" + alias.strip().replaceFirst("^@", "") : target;
        try {
            var outcome = promotions.promote(
                    caller.workspace(),
                    version(),
                    Target.parse(wanted),
                    caller.get().principal(),
                    comment.strip());
            notices.say(
                    switch (outcome) {
                        case Promotions.Outcome.Promoted _ -> "Promoted to " + wanted;
                        case Promotions.Outcome.Unchanged _ -> "It holds %s already".formatted(wanted);
                        case Promotions.Outcome.Waiting(var _, var policy) -> "Asked for approval: " + policy.inWords();
                    });
        } catch (Refused refused) {
            notices.refuse(refused.problem().sentence());
        }
        forget();
    }

    private ModelRef version() {
        var wanted = address.text("version");
        return models.getVersion(caller.workspace(), name(), wanted.isEmpty() ? "latest" : wanted)
                .id();
    }

    @Requires(Permission.MODEL_WRITE)
    public void rollBack() {
        notices.attempt(
                () -> promotions.rollBack(
                        caller.workspace(),
                        name(),
                        Target.parse(address.field("target")),
                        caller.get(),
                        comment.strip()),
                "Rolled back");
        forget();
    }

    private void forget() {
        policies = null;
        requests = null;
        history = null;
    }

    public String getTarget() {
        return target;
    }

    public void setTarget(@Nullable String target) {
        this.target = target == null ? "" : target;
    }

    public String getAlias() {
        return alias;
    }

    public void setAlias(@Nullable String alias) {
        this.alias = alias == null ? "" : alias;
    }

    public String getComment() {
        return comment;
    }

    public void setComment(@Nullable String comment) {
        this.comment = comment == null ? "" : comment;
    }
}
