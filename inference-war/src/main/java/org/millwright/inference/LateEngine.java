package org.millwright.inference;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millwright.engine.LoadedModel;
import org.millwright.engine.ScoringEngine;

/** Unpacks the engine's native library with the first model: a server without endpoints starts without it. */
final class LateEngine implements ScoringEngine {
    private final Supplier<ScoringEngine> source;
    private @Nullable ScoringEngine engine;

    LateEngine(Supplier<ScoringEngine> source) {
        this.source = source;
    }

    @Override
    public synchronized LoadedModel load(Path modelPath) {
        var loaded = engine;
        if (loaded == null) {
            loaded = source.get();
            engine = loaded;
        }
        return loaded.load(modelPath);
    }
}
