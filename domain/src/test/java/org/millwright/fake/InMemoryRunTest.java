package org.millwright.fake;

import org.millwright.contract.RunContract;
import org.millwright.contract.World;

class InMemoryRunTest extends RunContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
