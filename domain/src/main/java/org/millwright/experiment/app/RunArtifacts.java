package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.StoredFile;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunDirectory;
import org.millwright.experiment.RunId;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * The files of runs and logged models. Their paths start with the experiment's id, which says whose they are:
 * {@code <experiment>/<run>/artifacts/...} and {@code <experiment>/models/<model id>/artifacts/...}.
 *
 * <p>Not transactional: files are not in the database, and a long upload must not hold a connection.
 */
@ApplicationScoped
public class RunArtifacts {
    private final ArtifactStore files;
    private final RunDirectory runs;

    @Inject
    public RunArtifacts(ArtifactStore files, RunDirectory runs) {
        this.files = files;
        this.runs = runs;
    }

    @SuppressWarnings("NullAway")
    protected RunArtifacts() {
        this(null, null);
    }

    /** @throws Refused with NotFound when the path is not below an experiment of the workspace */
    public List<StoredFile> list(WorkspaceName workspace, ArtifactPath folder) throws IOException {
        return files.list(checked(workspace, folder));
    }

    /** @throws Refused with NotFound when there is no such file */
    public StoredFile find(WorkspaceName workspace, ArtifactPath path) throws IOException {
        return files.find(checked(workspace, path)).orElseThrow(() -> Refused.notFound("artifact", path));
    }

    /** Opens a file from a byte offset; the caller closes it. */
    public InputStream read(WorkspaceName workspace, ArtifactPath file, long offset) throws IOException {
        return files.read(checked(workspace, file), offset);
    }

    public StoredFile write(WorkspaceName workspace, ArtifactPath file, InputStream content) throws IOException {
        return files.write(belowOwner(workspace, file), content);
    }

    public void delete(WorkspaceName workspace, ArtifactPath path) throws IOException {
        files.delete(belowOwner(workspace, path));
    }

    /** The root of a run's files. */
    public ArtifactPath rootOf(WorkspaceName workspace, RunId run) {
        return runs.lookUp(run)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("run", run))
                .artifacts();
    }

    private ArtifactPath checked(WorkspaceName workspace, ArtifactPath path) {
        var segments = path.segments();
        if (segments.isEmpty() || !segments.getFirst().matches("\\d{1,18}")) {
            throw Refused.notFound("artifact", path);
        }
        var owner = runs.workspaceOf(ExperimentId.parse(segments.getFirst()));
        if (owner.isEmpty() || !owner.get().equals(workspace)) {
            throw Refused.notFound("artifact", path);
        }
        return path;
    }

    private ArtifactPath belowOwner(WorkspaceName workspace, ArtifactPath path) {
        if (path.segments().size() < 4) {
            throw new Refused(new Problem.Invalid(
                    "path", "a file lies at <experiment>/<run>/artifacts/<path> or below a logged model"));
        }
        var file = checked(workspace, path);
        runs.requireWritable(file);
        return file;
    }
}
