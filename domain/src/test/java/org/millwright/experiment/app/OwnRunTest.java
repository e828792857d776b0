package org.millwright.experiment.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Authority;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Origin;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.Run;
import org.millwright.fake.InMemoryWorld;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

/** With the token of a run its script changes that run and what it makes, whatever its submitter may do. */
class OwnRunTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;

    private final InMemoryWorld world = new InMemoryWorld();
    private final SettableClock clock = new SettableClock();
    private final Experiments experiments = new Experiments(world.experiments(), world.runs(), clock);
    private final RunLifecycle runs =
            new RunLifecycle(world.runs(), world.experiments(), world.queue(), new Ids(), clock);

    private Experiment home;
    private Run own;
    private Run other;

    @BeforeEach
    void two_runs() {
        home = experiments.create(MAIN, "churn", Map.of());
        own = runs.track(MAIN, home.id(), "own", "ada", null, Map.of());
        other = runs.get(
                MAIN,
                runs.track(MAIN, home.id(), "other", "ada", null, Map.of()).id());
    }

    @Test
    void its_own_run_is_logged_to_renamed_and_ended() {
        inNameOf(own, () -> {
            runs.holdForLogging(MAIN, own.id());
            runs.requireWritable(file(own));
            runs.rename(MAIN, own.id(), "better");
            return runs.report(MAIN, own.id(), Run.Reported.FINISHED, null);
        });
        assertThat(runs.get(MAIN, own.id()).name()).isEqualTo("better");
    }

    @Test
    void another_run_of_the_workspace_is_read_and_not_changed() {
        inNameOf(own, () -> {
            assertThat(runs.get(MAIN, other.id()).name()).isEqualTo("other");
            assertRefused(Problem.Forbidden.class, () -> runs.holdForLogging(MAIN, other.id()));
            assertRefused(Problem.Forbidden.class, () -> runs.rename(MAIN, other.id(), "mine"));
            assertRefused(Problem.Forbidden.class, () -> runs.report(MAIN, other.id(), Run.Reported.FAILED, null));
            assertRefused(Problem.Forbidden.class, () -> runs.delete(MAIN, other.id()));
            assertRefused(Problem.Forbidden.class, () -> runs.requireWritable(file(other)));
            return null;
        });
        assertThat(runs.get(MAIN, other.id())).isEqualTo(other);
    }

    @Test
    void what_it_makes_is_its_own_too_and_of_no_other_run() {
        var child = inNameOf(own, () -> runs.track(MAIN, home.id(), "child", "ada", null, Map.of()));
        inNameOf(own, () -> runs.holdForLogging(MAIN, child.id()));
        inNameOf(other, () -> {
            assertRefused(Problem.Forbidden.class, () -> runs.holdForLogging(MAIN, child.id()));
            return null;
        });
    }

    @Test
    void an_experiment_is_made_and_not_renamed_or_deleted() {
        inNameOf(own, () -> {
            experiments.create(MAIN, "new", Map.of());
            assertRefused(Problem.Forbidden.class, () -> experiments.rename(MAIN, home.id(), "mine"));
            assertRefused(Problem.Forbidden.class, () -> experiments.delete(MAIN, home.id()));
            assertRefused(Problem.Forbidden.class, () -> experiments.restore(MAIN, home.id()));
            return null;
        });
        assertThat(experiments.get(MAIN, home.id()).deletedAt()).isNull();
    }

    @Test
    void a_person_changes_whichever_their_roles_let_them() {
        inNameOf(null, () -> runs.rename(MAIN, other.id(), "mine"));
        assertThat(runs.get(MAIN, other.id()).name()).isEqualTo("mine");
    }

    private static ArtifactPath file(Run run) {
        return run.artifacts().resolve("model.pkl");
    }

    private static <T> T inNameOf(@Nullable Run run, Supplier<T> work) {
        var before = Authority.nobody(Origin.SERVER)
                .of(new Caller(
                        new PrincipalId("ada"),
                        "Ada",
                        List.of(Grant.allow(Role.OWNER, Scope.SERVER)),
                        Confinement.NONE,
                        new CredentialId(new UUID(9, 9)),
                        run == null ? null : run.id().value()))
                .enter();
        try {
            return work.get();
        } finally {
            Authority.leave(before);
        }
    }
}
