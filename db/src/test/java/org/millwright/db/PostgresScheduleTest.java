package org.millwright.db;

import org.millwright.contract.ScheduleContract;
import org.millwright.contract.World;

class PostgresScheduleTest extends ScheduleContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
