package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.contract.WorkspaceContract;
import org.millwright.contract.World;
import org.millwright.experiment.app.Experiments;
import org.millwright.registry.ModelName;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.shared.Change;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.WorkspaceLifecycle;

class PostgresWorkspaceTest extends WorkspaceContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }

    @Test
    void a_workspace_that_holds_something_is_not_deleted_and_says_what_it_holds() {
        var world = new PostgresWorld();
        var team = new WorkspaceName("team-a");
        var lifecycle = new WorkspaceLifecycle(world.workspaces(), new SettableClock());
        world.run(() -> lifecycle.create(team, ""));
        assertThat(world.inTransaction(() -> world.workspaces().contents(team))).isEmpty();

        world.run(() -> new Experiments(world.experiments(), world.runs(), new SettableClock())
                .create(team, "first", Map.of()));
        world.run(() -> world.models()
                .save(Change.of(RegisteredModel.create(team, new ModelName("churn"), "", Map.of(), NOON))));
        assertThat(world.inTransaction(() -> world.workspaces().contents(team)))
                .containsExactly("experiments", "registered models");
        assertThatThrownBy(() -> world.run(() -> lifecycle.delete(team)))
                .hasMessage(
                        "Cannot delete workspace 'team-a': it is not empty, it holds: experiments, registered models");
    }
}
