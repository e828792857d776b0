package org.millwright.db;

import org.millwright.contract.RunQueueContract;
import org.millwright.contract.World;

class PostgresRunQueueTest extends RunQueueContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
