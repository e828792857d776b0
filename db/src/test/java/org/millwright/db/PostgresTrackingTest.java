package org.millwright.db;

import org.millwright.contract.TrackingContract;
import org.millwright.contract.World;

class PostgresTrackingTest extends TrackingContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
