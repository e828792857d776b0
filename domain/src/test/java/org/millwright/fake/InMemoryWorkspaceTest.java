package org.millwright.fake;

import org.millwright.contract.WorkspaceContract;
import org.millwright.contract.World;

class InMemoryWorkspaceTest extends WorkspaceContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
