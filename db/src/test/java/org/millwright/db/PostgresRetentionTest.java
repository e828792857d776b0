package org.millwright.db;

import org.millwright.contract.RetentionContract;
import org.millwright.contract.World;

class PostgresRetentionTest extends RetentionContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
