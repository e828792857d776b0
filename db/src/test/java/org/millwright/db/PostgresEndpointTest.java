package org.millwright.db;

import org.millwright.contract.EndpointContract;
import org.millwright.contract.World;

class PostgresEndpointTest extends EndpointContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
