package org.millwright.fake;

import org.millwright.contract.RetentionContract;
import org.millwright.contract.World;

class InMemoryRetentionTest extends RetentionContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
