package org.millwright.db;

import org.millwright.contract.RegistryContract;
import org.millwright.contract.World;

class PostgresRegistryTest extends RegistryContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
