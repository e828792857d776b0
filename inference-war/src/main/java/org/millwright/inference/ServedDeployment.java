package org.millwright.inference;

import java.util.List;
import java.util.concurrent.Semaphore;
import org.millwright.engine.DeploymentManifest;
import org.millwright.engine.TensorSpec;

/** A deployment that answers: its model, its limits and how many requests are in work. */
final class ServedDeployment {
    private final DeploymentManifest.Deployment settings;
    private final SharedModel model;
    private final List<TensorSpec> inputs;
    private final List<TensorSpec> outputs;
    private final Semaphore slots;

    ServedDeployment(DeploymentManifest.Deployment settings, SharedModel model) {
        this.settings = settings;
        this.model = model;
        this.inputs = model.model().inputs();
        this.outputs = model.model().outputs();
        this.slots = new Semaphore(settings.maxConcurrentRequests());
    }

    DeploymentManifest.Deployment settings() {
        return settings;
    }

    SharedModel model() {
        return model;
    }

    List<TensorSpec> inputs() {
        return inputs;
    }

    List<TensorSpec> outputs() {
        return outputs;
    }

    /** One permit for each request that may be in work. */
    Semaphore slots() {
        return slots;
    }
}
