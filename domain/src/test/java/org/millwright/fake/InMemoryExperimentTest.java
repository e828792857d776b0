package org.millwright.fake;

import org.millwright.contract.ExperimentContract;
import org.millwright.contract.World;

class InMemoryExperimentTest extends ExperimentContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
