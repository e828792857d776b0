package org.millwright.db.registry;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;
import org.millwright.registry.ModelRef;
import org.millwright.workspace.WorkspaceName;

/** The key of a model version. A class and not a record, because JPA fills its fields. */
public class VersionKey implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private String workspace = "";
    private String model = "";
    private int version;

    public VersionKey() {}

    VersionKey(WorkspaceName workspace, ModelRef id) {
        this.workspace = workspace.value();
        this.model = id.name().value();
        this.version = id.version();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof VersionKey key
                && key.workspace.equals(workspace)
                && key.model.equals(model)
                && key.version == version;
    }

    @Override
    public int hashCode() {
        return Objects.hash(workspace, model, version);
    }
}
