package org.millwright.fake;

import org.millwright.contract.ResourceContract;
import org.millwright.contract.World;

class InMemoryResourceTest extends ResourceContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
