package org.millwright.db;

import org.millwright.contract.ServiceContract;
import org.millwright.contract.World;

class PostgresServiceTest extends ServiceContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
