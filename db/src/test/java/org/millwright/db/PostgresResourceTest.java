package org.millwright.db;

import org.millwright.contract.ResourceContract;
import org.millwright.contract.World;

class PostgresResourceTest extends ResourceContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
