package org.millwright.db;

import org.millwright.contract.CredentialContract;
import org.millwright.contract.World;

class PostgresCredentialTest extends CredentialContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
