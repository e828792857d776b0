package org.millwright.retention.model;

import org.jspecify.annotations.Nullable;
import org.millwright.data.ArtifactPath;
import org.millwright.retention.DeletedKind;
import org.millwright.workspace.WorkspaceName;

/** An order to purge something. @param files the folder that goes with it; null when there is none */
public record Purge(
        WorkspaceName workspace,
        DeletedKind kind,
        String id,
        @Nullable ArtifactPath files) {}
