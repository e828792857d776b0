package org.millwright.fake;

import org.millwright.contract.WebhookContract;
import org.millwright.contract.World;

class InMemoryWebhookTest extends WebhookContract {
    @Override
    protected World newWorld() {
        return new InMemoryWorld();
    }
}
