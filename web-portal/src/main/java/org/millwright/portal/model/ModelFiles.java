package org.millwright.portal.model;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.registry.model.ModelVersion;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Public;

/** Looks into the files of a model version for what it says about itself. */
@ApplicationScoped
@Public("it is called by pages, which name their permission")
public class ModelFiles {
    private static final int MOST_BYTES = 262_144;

    private final RunArtifacts files;

    @Inject
    public ModelFiles(RunArtifacts files) {
        this.files = files;
    }

    @SuppressWarnings("NullAway")
    protected ModelFiles() {
        this(null);
    }

    public Signature signature(ModelVersion version) {
        var text = text(version, "MLmodel");
        return text.isEmpty() ? Signature.UNKNOWN : Signature.parse(text);
    }

    /** The JSON of a request to try the model with: its own example if there is one, else a row of zeros. */
    public String sampleRequest(ModelVersion version) {
        return SampleRequest.of(text(version, "input_example.json"), signature(version));
    }

    /** The text of a small file; empty when there is none. */
    private String text(ModelVersion version, String name) {
        ArtifactPath folder = version.files();
        if (folder == null) {
            return "";
        }
        try (var content = files.read(version.workspace(), folder.resolve(name), 0)) {
            return new String(content.readNBytes(MOST_BYTES), StandardCharsets.UTF_8);
        } catch (Refused notThere) {
            return "";
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read %s of model %s".formatted(name, version.id()), broken);
        }
    }
}
