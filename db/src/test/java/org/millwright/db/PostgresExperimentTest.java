package org.millwright.db;

import org.millwright.contract.ExperimentContract;
import org.millwright.contract.World;

class PostgresExperimentTest extends ExperimentContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
