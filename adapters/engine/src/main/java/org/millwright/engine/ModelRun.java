package org.millwright.engine;

import java.util.List;

/** One use of a model. */
public interface ModelRun extends AutoCloseable {
    /**
     * Runs the model.
     *
     * @param inputs one for each of the model's inputs, in their order
     * @return one for each of its outputs, in their order
     * @throws ModelRunFailed if the model cannot answer for these inputs, or was stopped
     */
    List<Tensor> run(List<Tensor> inputs);

    /**
     * Asks the run to end early, from any thread and at any time; after the end it does nothing. The engine looks up
     * between two operators of the model, so one long operator is waited for.
     */
    void stop();

    @Override
    void close();
}
