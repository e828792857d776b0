package org.millwright.fake;

import org.millwright.contract.RunQueueContract;
import org.millwright.contract.World;

class InMemoryRunQueueTest extends RunQueueContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
