package org.millwright.db;

import org.millwright.contract.ProviderSessionContract;
import org.millwright.contract.World;

class PostgresProviderSessionTest extends ProviderSessionContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
