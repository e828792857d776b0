package org.millwright.workspace.fake;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.shared.Change;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.SettableClock;
import org.millwright.shared.fake.Shelf;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.WorkspaceSettings;
import org.millwright.workspace.model.Workspace;
import org.millwright.workspace.model.WorkspaceRepository;

/** Workspaces in memory; "main" is there from the start. */
public final class InMemoryWorkspaces implements WorkspaceRepository {
    private final Shelf<Workspace> shelf = new Shelf<>(
            "workspace",
            workspace -> workspace.name().value(),
            Workspace::revision,
            (workspace, revision) -> new Workspace(
                    workspace.name(),
                    workspace.description(),
                    workspace.subscription(),
                    workspace.resourceGroup(),
                    workspace.region(),
                    workspace.tags(),
                    workspace.settings(),
                    workspace.createdAt(),
                    revision));

    public InMemoryWorkspaces() {
        save(Change.of(new Workspace(
                WorkspaceName.MAIN,
                "",
                "",
                "",
                "",
                Map.of(),
                WorkspaceSettings.USUAL,
                SettableClock.NOON,
                Revision.UNSAVED)));
    }

    @Override
    public Optional<Workspace> find(WorkspaceName name) {
        return shelf.find(name.value());
    }

    @Override
    public List<Workspace> all() {
        return shelf.all();
    }

    /** Holds nothing but itself. */
    @Override
    public List<String> contents(WorkspaceName name) {
        return List.of();
    }

    @Override
    public void delete(WorkspaceName name) {
        shelf.remove(name.value());
    }

    @Override
    public void save(Change<Workspace> change) {
        shelf.save(change);
    }
}
