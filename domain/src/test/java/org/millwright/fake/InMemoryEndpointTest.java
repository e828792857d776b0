package org.millwright.fake;

import org.millwright.contract.EndpointContract;
import org.millwright.contract.World;

class InMemoryEndpointTest extends EndpointContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
