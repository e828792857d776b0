package org.millwright.portal.model;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.millwright.registry.app.ModelFiles;
import org.millwright.registry.model.ModelDescription;
import org.millwright.registry.model.ModelVersion;
import org.millwright.wire.http.Public;

/** What a model version says of itself, for pages. */
@ApplicationScoped
@Public("it is called by pages, which name their permission")
public class ModelCard {
    private final ModelFiles files;

    @Inject
    public ModelCard(ModelFiles files) {
        this.files = files;
    }

    @SuppressWarnings("NullAway")
    protected ModelCard() {
        this(null);
    }

    public ModelDescription description(ModelVersion version) {
        return read(version, () -> files.description(version.workspace(), version.id()));
    }

    public List<String> requirements(ModelVersion version) {
        return read(version, () -> files.requirements(version.workspace(), version.id()));
    }

    /** The JSON of a request to try the model with: its own example if there is one, else a row of zeros. */
    public String sampleRequest(ModelVersion version) {
        return SampleRequest.of(
                read(version, () -> files.inputExample(version.workspace(), version.id())),
                description(version).signature());
    }

    private interface Reading<T> {
        T read() throws IOException;
    }

    private static <T> T read(ModelVersion version, Reading<T> reading) {
        try {
            return reading.read();
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read the files of model " + version.id(), broken);
        }
    }
}
