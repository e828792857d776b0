package org.millwright.fake;

import org.millwright.contract.ServiceContract;
import org.millwright.contract.World;

class InMemoryServiceTest extends ServiceContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
