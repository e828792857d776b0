package org.millwright.secret;

import java.util.Collection;
import java.util.Map;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** What jobs may ask of a workspace's secrets. */
public interface RunSecrets {

    /** @throws Refused with Invalid, naming all that the workspace has not */
    void requireKnown(WorkspaceName workspace, Collection<SecretName> names);

    /**
     * Opens the secrets that a run asked for, for an attempt that is about to start.
     *
     * @param run for the record of who used them
     * @param variables the environment variable that each is to become
     * @return the values by variable
     * @throws Refused with NotFound when one was deleted meanwhile, Unavailable when their key cannot be reached
     */
    Map<String, String> openForRun(WorkspaceName workspace, String run, Map<SecretName, String> variables);
}
