package org.millwright.fake;

import org.millwright.contract.TrackingContract;
import org.millwright.contract.World;

class InMemoryTrackingTest extends TrackingContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
