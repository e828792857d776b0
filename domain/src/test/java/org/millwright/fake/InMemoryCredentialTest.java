package org.millwright.fake;

import org.millwright.contract.CredentialContract;
import org.millwright.contract.World;

class InMemoryCredentialTest extends CredentialContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
