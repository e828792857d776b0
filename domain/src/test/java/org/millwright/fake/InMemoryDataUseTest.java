package org.millwright.fake;

import org.millwright.contract.DataUseContract;
import org.millwright.contract.World;

class InMemoryDataUseTest extends DataUseContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
