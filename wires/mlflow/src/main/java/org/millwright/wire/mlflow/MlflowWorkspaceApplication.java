package org.millwright.wire.mlflow;

import jakarta.ws.rs.ApplicationPath;
import java.util.HashSet;
import java.util.Set;

/** The same once more for each workspace: {@code /w/<workspace>/api/2.0/mlflow/...} and its siblings. */
@ApplicationPath("w")
public class MlflowWorkspaceApplication extends MlflowApplication {
    @Override
    public Set<Class<?>> getClasses() {
        var classes = new HashSet<>(super.getClasses());
        classes.add(WorkspaceAddress.class);
        classes.add(AddressedServerResource.class);
        return classes;
    }
}
