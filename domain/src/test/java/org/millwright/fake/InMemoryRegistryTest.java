package org.millwright.fake;

import org.millwright.contract.RegistryContract;
import org.millwright.contract.World;

class InMemoryRegistryTest extends RegistryContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
