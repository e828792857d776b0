package org.millwright.fake;

import org.millwright.contract.ScheduleContract;
import org.millwright.contract.World;

class InMemoryScheduleTest extends ScheduleContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
