package org.millwright.db;

import org.millwright.contract.WebhookContract;
import org.millwright.contract.World;

class PostgresWebhookTest extends WebhookContract {
    @Override
    protected World newWorld() {
        return new PostgresWorld();
    }
}
