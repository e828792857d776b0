package org.millwright.db;

import org.millwright.contract.DataUseContract;
import org.millwright.contract.World;

class PostgresDataUseTest extends DataUseContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
