package org.millwright.engine;

import java.nio.file.Path;

/** Turns a model's files into something that answers. */
public interface ScoringEngine {
    /**
     * Loads the model that lies there: an MLflow model's folder, a folder with one model file, or the file itself.
     *
     * @throws ModelLoadFailed if it cannot be served, with a reason that its owner can act on
     */
    LoadedModel load(Path modelPath);
}
