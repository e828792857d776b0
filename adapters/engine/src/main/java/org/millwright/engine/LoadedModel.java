package org.millwright.engine;

import java.util.List;

/** A model in memory. Any number of threads may run it at once; whoever closes it makes sure that no run is left. */
public interface LoadedModel extends AutoCloseable {
    /** What it takes, in the model's order. */
    List<TensorSpec> inputs();

    /** What it gives, in the model's order. */
    List<TensorSpec> outputs();

    /** Prepares one run, which can be stopped from another thread. Cheap: one per request. */
    ModelRun newRun();

    @Override
    void close();
}
