package org.millwright.fake;

import org.millwright.contract.AuditContract;
import org.millwright.contract.World;

class InMemoryAuditTest extends AuditContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
