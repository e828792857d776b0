package org.millwright.experiment.model;

import java.util.List;
import java.util.Optional;
import org.millwright.workspace.WorkspaceName;

/** Keeps the environments that workspaces have registered. */
public interface EnvironmentRepository {

    Optional<RegisteredEnvironment> find(WorkspaceName workspace, String name, String version);

    /** All versions, the newest first. */
    List<RegisteredEnvironment> versions(WorkspaceName workspace, String name);

    /** The newest version that is offered of each, by name. @param archived with those of which none is */
    List<RegisteredEnvironment> newest(WorkspaceName workspace, boolean archived);

    /** @return false when there is that version already */
    boolean add(RegisteredEnvironment environment);

    /** Stores whether it is archived; nothing else of it changes. */
    void store(RegisteredEnvironment environment);
}
