package org.millwright.db;

import org.millwright.contract.RunContract;
import org.millwright.contract.World;

class PostgresRunTest extends RunContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
