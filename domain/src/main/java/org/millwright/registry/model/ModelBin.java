package org.millwright.registry.model;

import java.time.Instant;
import java.util.Optional;
import org.millwright.registry.BinId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.workspace.WorkspaceName;

/**
 * Keeps what was deleted from the registry until it is restored or purged. It is apart from the registry itself, because a
 * deleted model's name is free at once.
 */
public interface ModelBin {

    /** Copies a model with its versions; the registry's own are then deleted by whoever calls. */
    BinId put(WorkspaceName workspace, ModelName name, Instant deletedAt);

    /** Copies one version. */
    BinId putVersion(WorkspaceName workspace, ModelRef version, Instant deletedAt);

    /** Which model a deletion was of; empty when there is none of that id in the workspace, or it was of a version. */
    Optional<ModelName> nameOf(WorkspaceName workspace, BinId id);

    /** Which version a deletion was of; empty when there is none of that id in the workspace, or it was of a model. */
    Optional<ModelRef> versionOf(WorkspaceName workspace, BinId id);

    /** Puts back what was deleted, exactly as it was, and forgets the deletion. */
    void restore(BinId id);
}
