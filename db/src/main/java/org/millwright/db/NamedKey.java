package org.millwright.db;

import java.io.Serial;
import java.io.Serializable;
import java.util.Objects;

/** The key of what has a name in a workspace. A class and not a record, because JPA fills its fields. */
public class NamedKey implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private String workspace = "";
    private String name = "";

    public NamedKey() {}

    public NamedKey(Object workspace, Object name) {
        this.workspace = workspace.toString();
        this.name = name.toString();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NamedKey key && key.workspace.equals(workspace) && key.name.equals(name);
    }

    @Override
    public int hashCode() {
        return Objects.hash(workspace, name);
    }
}
