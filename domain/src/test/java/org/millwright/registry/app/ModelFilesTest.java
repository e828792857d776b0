package org.millwright.registry.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.fake.Runs;
import org.millwright.fake.InMemoryWorld;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.ModelRegistry.Registration;
import org.millwright.registry.model.ModelDescription;
import org.millwright.registry.model.Signature;
import org.millwright.shared.Problem;
import org.millwright.shared.Sha256;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;

class ModelFilesTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ModelName CHURN = new ModelName("churn of 2026");
    private static final ModelDescription READ =
            new ModelDescription(Signature.UNKNOWN, List.of("read"), "", "", "example.json");

    private final InMemoryWorld world = new InMemoryWorld();
    private final SettableClock clock = new SettableClock();
    private final InMemoryArtifactStore store = new InMemoryArtifactStore();
    private final ModelRegistry registry = new ModelRegistry(
            world.models(),
            new ModelSources(
                    new RunLifecycle(world.runs(), world.experiments(), world.queue(), new Ids(), clock),
                    world.loggedModels(),
                    world.models()),
            world.modelBin(),
            new ModelPlaces(world.models(), world.promotions(), clock),
            clock);
    private final ModelFiles files =
            new ModelFiles(registry, store, text -> text.equals("yaml") ? READ : ModelDescription.NONE);

    @Test
    void the_archive_holds_every_file_and_last_what_each_must_be() throws IOException {
        var id = registered("runs:/r1/model");
        write("model/MLmodel", "yaml");
        write("model/data/weights.bin", "12345");
        write("elsewhere.txt", "not of the model");

        var entries = unzip(id);

        assertThat(entries.keySet())
                .containsExactly("churn_of_2026-1/MLmodel", "churn_of_2026-1/data/weights.bin", "SHA256SUMS");
        assertThat(entries.get("churn_of_2026-1/data/weights.bin")).isEqualTo("12345");
        assertThat(entries.get("SHA256SUMS"))
                .isEqualTo("%s  churn_of_2026-1/MLmodel\n%s  churn_of_2026-1/data/weights.bin\n"
                        .formatted(Sha256.hex("yaml"), Sha256.hex("12345")));
    }

    @Test
    void a_version_may_be_one_file() throws IOException {
        var id = registered("runs:/r1/model.onnx");
        write("model.onnx", "onnx");
        assertThat(unzip(id).keySet()).containsExactly("churn_of_2026-1/model.onnx", "SHA256SUMS");
    }

    @Test
    void files_that_are_elsewhere_or_gone_are_refused_in_words() throws IOException {
        var elsewhere = registered("s3://bucket/model");
        assertRefused(Problem.WrongState.class, () -> files.list(MAIN, elsewhere));
        assertThat(files.description(MAIN, elsewhere)).isEqualTo(ModelDescription.NONE);
        var gone = registered("runs:/r1/model");
        assertRefused(Problem.NotFound.class, () -> files.list(MAIN, gone));
    }

    @Test
    void what_a_model_says_of_itself_is_read_from_its_files() throws IOException {
        var id = registered("runs:/r1/model");
        assertThat(files.description(MAIN, id)).isEqualTo(ModelDescription.NONE);
        write("model/MLmodel", "yaml");
        write("model/requirements.txt", "# of the model\nscikit-learn==1.7.2\n\n numpy==2.0\n");
        write("model/example.json", "[[1]]");
        assertThat(files.description(MAIN, id)).isEqualTo(READ);
        assertThat(files.requirements(MAIN, id)).containsExactly("scikit-learn==1.7.2", "numpy==2.0");
        assertThat(files.inputExample(MAIN, id)).isEqualTo("[[1]]");
        write("model/MLmodel", "yaml" + " ".repeat(300_000));
        assertThat(files.description(MAIN, id)).isEqualTo(ModelDescription.NONE);
    }

    private ModelRef registered(String source) {
        if (world.runs().find(Runs.track("r1", NOON).next().id()).isEmpty()) {
            world.runs().save(Runs.track("r1", NOON));
        }
        return registry.registerOrCreate(
                        MAIN, new Registration(CHURN, source, null, null, "", "ada", null, "", Map.of()))
                .id();
    }

    private void write(String path, String content) throws IOException {
        store.write(
                new ArtifactPath("0/r1/artifacts/" + path),
                new ByteArrayInputStream(content.getBytes(StandardCharsets.UTF_8)));
    }

    private Map<String, String> unzip(ModelRef id) throws IOException {
        var output = new ByteArrayOutputStream();
        files.writeZip(id, files.list(MAIN, id), output);
        var entries = new LinkedHashMap<String, String>();
        var zip = new ZipInputStream(new ByteArrayInputStream(output.toByteArray()));
        for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
            entries.put(entry.getName(), new String(zip.readAllBytes(), StandardCharsets.UTF_8));
        }
        return entries;
    }
}
