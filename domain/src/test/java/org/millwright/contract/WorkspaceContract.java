package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.shared.Problem;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.WorkspaceLifecycle;
import org.millwright.workspace.model.Workspace;

/** How workspaces come and go, on every {@link org.millwright.workspace.model.WorkspaceRepository}. */
public abstract class WorkspaceContract {
    private static final WorkspaceName TEAM = new WorkspaceName("team-a");

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
    }

    @Test
    void a_workspace_is_created_described_and_deleted() {
        world.run(() -> lifecycle().create(TEAM, "Forecasts"));
        assertThat(world.inTransaction(() -> world.workspaces().all()))
                .extracting(Workspace::name)
                .containsExactly(WorkspaceName.MAIN, TEAM);
        assertRefused(
                Problem.AlreadyExists.class, () -> world.run(() -> lifecycle().create(TEAM, "")));

        world.run(() -> lifecycle().describe(TEAM, "Weather"));
        assertThat(world.inTransaction(
                        () -> world.workspaces().find(TEAM).orElseThrow().description()))
                .isEqualTo("Weather");

        world.run(() -> lifecycle().delete(TEAM));
        assertThat(world.inTransaction(() -> world.workspaces().find(TEAM))).isEmpty();
        assertRefused(Problem.NotFound.class, () -> world.run(() -> lifecycle().delete(TEAM)));
    }

    @Test
    void the_main_workspace_stays_and_its_name_in_mlflow_is_nobody_elses() {
        assertRefused(
                Problem.WrongState.class, () -> world.run(() -> lifecycle().delete(WorkspaceName.MAIN)));
        assertRefused(
                Problem.Invalid.class, () -> world.run(() -> lifecycle().create(new WorkspaceName("default"), "")));
    }

    private WorkspaceLifecycle lifecycle() {
        return new WorkspaceLifecycle(world.workspaces(), new SettableClock());
    }
}
