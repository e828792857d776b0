package org.millwright.secret.model;

import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import org.millwright.secret.SecretName;
import org.millwright.workspace.WorkspaceName;

/** Keeps the secrets of workspaces, as they were sealed. */
public interface WorkspaceSecretRepository {

    Optional<WorkspaceSecret> find(WorkspaceName workspace, SecretName name);

    /** By name. */
    List<WorkspaceSecret> all(WorkspaceName workspace);

    /** Adds it, or gives the one of that name another value; when it was created and last used stays. */
    void set(WorkspaceSecret secret);

    /** @return false when there is none of that name */
    boolean delete(WorkspaceName workspace, SecretName name);

    /** Writes down that a run got them. */
    void used(WorkspaceName workspace, Collection<SecretName> names, String run, Instant at);
}
