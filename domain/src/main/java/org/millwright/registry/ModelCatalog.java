package org.millwright.registry;

import org.millwright.data.ArtifactPath;
import org.millwright.workspace.WorkspaceName;

/** What other contexts may ask about models. */
public interface ModelCatalog {

    /**
     * Where the files of a model version lie in the artifact store.
     *
     * @throws org.millwright.shared.Refused with NotFound when there is no such version, or WrongState when its files are
     *     not in this server's store
     */
    ArtifactPath filesOf(WorkspaceName workspace, ModelRef model);
}
