package org.millwright.registry.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.fake.Runs;
import org.millwright.fake.InMemoryWorld;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.ApprovalPolicy;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class ModelTransferTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ModelName CHURN = new ModelName("churn");

    private final InMemoryWorld world = new InMemoryWorld();
    private final SettableClock clock = new SettableClock();
    private final RunLifecycle runs =
            new RunLifecycle(world.runs(), world.experiments(), world.queue(), new Ids(), clock);
    private final ModelTransfer transfer = new ModelTransfer(
            world.models(),
            new ModelSources(runs, world.loggedModels(), world.models()),
            new LoggedModelTransfer(world.loggedModels(), runs),
            new ModelPlaces(world.models(), world.promotions(), clock));

    @BeforeEach
    void a_model_came_with_its_third_version() {
        world.runs().save(Runs.track("r1", NOON));
        transfer.put(MAIN, model(Map.of(), 7));
        transfer.putVersion(MAIN, version(Stage.NONE, NOON));
    }

    @Test
    void a_version_keeps_its_number_and_the_next_gets_one_that_was_never_given() {
        var moved = transfer.versions(MAIN, CHURN, PageRequest.first(10)).items();
        assertThat(moved).containsExactly(version(Stage.NONE, NOON));
        assertThat(world.models().nextVersion(MAIN, CHURN)).isEqualTo(8);
    }

    @Test
    void a_repeat_changes_nothing_and_another_version_of_that_number_is_refused() {
        var before = world.models().findVersion(MAIN, new ModelRef(CHURN, 3));
        transfer.putVersion(MAIN, version(Stage.NONE, NOON));
        assertThat(world.models().findVersion(MAIN, new ModelRef(CHURN, 3))).isEqualTo(before);
        assertRefused(
                Problem.WrongState.class, () -> transfer.putVersion(MAIN, version(Stage.NONE, NOON.plusSeconds(1))));
    }

    @Test
    void an_alias_names_a_version_that_is_here() {
        transfer.put(MAIN, model(Map.of("champion", 3), 7));
        assertThat(transfer.models(MAIN, PageRequest.first(10)).items())
                .containsExactly(model(Map.of("champion", 3), 7));
        assertRefused(Problem.NotFound.class, () -> transfer.put(MAIN, model(Map.of("champion", 2), 7)));
    }

    @Test
    void an_import_goes_round_no_approvals() {
        guard(new Target.OfStage(Stage.PRODUCTION));
        guard(new Target.OfAlias("champion"));
        assertRefused(Problem.WrongState.class, () -> transfer.putVersion(MAIN, version(Stage.PRODUCTION, NOON)));
        assertRefused(Problem.WrongState.class, () -> transfer.put(MAIN, model(Map.of("champion", 3), 7)));
        assertThat(transfer.putVersion(MAIN, version(Stage.STAGING, NOON)).stage())
                .isEqualTo(Stage.STAGING);
    }

    private void guard(Target target) {
        world.promotions().save(new ApprovalPolicy(MAIN, CHURN, target, 1, Set.of(), Runs.OWNER, NOON));
    }

    private static ModelTransfer.MovedModel model(Map<String, Integer> aliases, int lastVersion) {
        return new ModelTransfer.MovedModel(
                CHURN, "Who leaves", Map.of("team", "risk"), aliases, lastVersion, NOON, NOON);
    }

    private static ModelTransfer.MovedVersion version(Stage stage, Instant createdAt) {
        return new ModelTransfer.MovedVersion(
                new ModelRef(CHURN, 3),
                "runs:/r1/model",
                new RunId("r1"),
                null,
                "",
                "ada",
                "",
                Map.of(),
                stage,
                createdAt,
                NOON);
    }
}
