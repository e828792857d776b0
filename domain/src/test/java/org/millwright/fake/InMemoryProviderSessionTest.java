package org.millwright.fake;

import org.millwright.contract.ProviderSessionContract;
import org.millwright.contract.World;

class InMemoryProviderSessionTest extends ProviderSessionContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
