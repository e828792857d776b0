package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.StoredFile;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.ModelDescription;
import org.millwright.registry.spi.ModelDescriptionReader;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;
import org.millwright.workspace.WorkspaceName;

/**
 * The files of model versions: what they say of the model, and all of them for whoever takes the model along.
 *
 * <p>Not transactional: files are not in the database, and a long download must not hold a connection.
 */
@ApplicationScoped
public class ModelFiles {
    /** Larger descriptions are cut, and then say nothing. */
    private static final int MOST_TEXT = 262_144;

    private static final int MOST_FILES = 20_000;
    private static final int DEEPEST = 50;
    private static final int MOST_REQUIREMENTS = 500;
    private static final String DESCRIPTION = "MLmodel";

    private final ModelRegistry models;
    private final ArtifactStore files;
    private final ModelDescriptionReader descriptions;

    @Inject
    public ModelFiles(ModelRegistry models, ArtifactStore files, ModelDescriptionReader descriptions) {
        this.models = models;
        this.files = files;
        this.descriptions = descriptions;
    }

    @SuppressWarnings("NullAway")
    protected ModelFiles() {
        this(null, null, null);
    }

    /** One file of a version. @param path below the version's folder */
    public record ModelFile(String path, StoredFile stored) {}

    /** What the version says of itself; nothing when its files are elsewhere. */
    public ModelDescription description(WorkspaceName workspace, ModelRef id) throws IOException {
        var text = text(workspace, id, DESCRIPTION);
        return text.isEmpty() ? ModelDescription.NONE : descriptions.read(text);
    }

    /** The packages that it needs, as pip reads them; none when it does not say. */
    public List<String> requirements(WorkspaceName workspace, ModelRef id) throws IOException {
        return text(workspace, id, "requirements.txt")
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .limit(MOST_REQUIREMENTS)
                .toList();
    }

    /** An example of a request, as the model brought it; empty when it brought none. */
    public String inputExample(WorkspaceName workspace, ModelRef id) throws IOException {
        var named = description(workspace, id).inputExample();
        return text(workspace, id, named.isEmpty() ? "input_example.json" : named);
    }

    /** The text of a small file; empty when there is none, or when it is no small file. */
    private String text(WorkspaceName workspace, ModelRef id, String name) throws IOException {
        var folder = models.getVersion(workspace, id).files();
        if (folder == null) {
            return "";
        }
        try (var content = files.read(folder.resolve(name), 0)) {
            var bytes = content.readNBytes(MOST_TEXT + 1);
            return bytes.length > MOST_TEXT ? "" : new String(bytes, StandardCharsets.UTF_8);
        } catch (Refused notThere) {
            return "";
        }
    }

    /**
     * Every file of a version, by path. A version may be a single file too.
     *
     * @throws Refused with WrongState when its files are not here, or with NotFound when they are gone
     */
    public List<ModelFile> list(WorkspaceName workspace, ModelRef id) throws IOException {
        var root = models.filesOf(workspace, id);
        var found = files.find(root).orElseThrow(() -> Refused.notFound("files of model version", id));
        var all = new ArrayList<ModelFile>();
        if (found.folder()) {
            collect(root, root, 0, all);
        } else {
            all.add(new ModelFile(root.name(), found));
        }
        all.sort(Comparator.comparing(ModelFile::path));
        return all;
    }

    private void collect(ArtifactPath root, ArtifactPath folder, int depth, List<ModelFile> all) throws IOException {
        for (var file : files.list(folder)) {
            if (!file.folder()) {
                all.add(new ModelFile(file.path().value().substring(root.value().length() + 1), file));
            } else if (depth < DEEPEST) {
                collect(root, file.path(), depth + 1, all);
            }
            if (all.size() > MOST_FILES || depth >= DEEPEST) {
                throw new Refused(new Problem.TooLarge("files of the version", MOST_FILES, "files"));
            }
        }
    }

    /** Opens a file that {@link #list} named; the caller closes it. */
    public InputStream read(ModelFile file) throws IOException {
        return files.read(file.stored().path(), 0);
    }

    /** The name of the entry that lists the digests of all others. */
    public static final String DIGESTS = "SHA256SUMS";

    /**
     * Writes the files as one zip, each below a folder named after the version, and last an entry {@link #DIGESTS} with the
     * SHA-256 of each in the form that {@code sha256sum -c} reads. An archive without that entry was cut off. Takes the same
     * little memory whatever their size.
     *
     * @param listed by {@link #list}, before anything is answered
     */
    public void writeZip(ModelRef id, List<ModelFile> listed, OutputStream output) throws IOException {
        var folder = folder(id);
        var digests = new StringBuilder();
        // Weights hardly get smaller: the fastest way costs the least.
        var zip = new ZipOutputStream(output, StandardCharsets.UTF_8);
        zip.setLevel(Deflater.BEST_SPEED);
        for (var file : listed) {
            var name = folder + "/" + file.path();
            zip.putNextEntry(new ZipEntry(name));
            try (var content = new DigestInputStream(read(file), Sha256.newDigest())) {
                content.transferTo(zip);
                digests.append(Sha256.hex(content.getMessageDigest().digest()))
                        .append("  ")
                        .append(name)
                        .append('\n');
            }
            zip.closeEntry();
        }
        zip.putNextEntry(new ZipEntry(DIGESTS));
        zip.write(digests.toString().getBytes(StandardCharsets.UTF_8));
        zip.closeEntry();
        zip.finish();
    }

    /** Such as {@code churn-3}: a name that every file system takes. */
    public static String folder(ModelRef id) {
        return id.name().value().replaceAll("[^\\p{L}\\p{N}._-]", "_").replaceAll("^\\.+", "_") + "-" + id.version();
    }
}
