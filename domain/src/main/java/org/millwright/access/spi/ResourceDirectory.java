package org.millwright.access.spi;

import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.workspace.WorkspaceName;

/** Which things there are that a role can be given on, and what people call them. */
public interface ResourceDirectory {

    /** @param name as people say it; for an experiment its number or its name */
    Optional<Resource> find(ResourceKind kind, WorkspaceName workspace, String name);

    /** What people call those of them whose id is no name: the experiments that are there. */
    Map<Resource, String> names(Collection<Resource> resources);
}
