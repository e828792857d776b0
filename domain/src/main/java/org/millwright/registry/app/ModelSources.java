package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.RunDirectory;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelRef;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelRepository;
import org.millwright.registry.model.ModelRepository;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Finds out which files a new version is made of, from the source that a client names: {@code runs:/<run>/<path>},
 * {@code models:/<logged model>}, {@code models:/<name>/<version>} or {@code mlflow-artifacts:/<path>}. Anything else is
 * kept as it is and has no files here.
 *
 * <p>The files must belong to the run or logged model that the client names; otherwise a client could register what it
 * may not read.
 */
@ApplicationScoped
public class ModelSources {
    private static final String RUNS = "runs:/";
    private static final String MODELS = "models:/";
    private static final String ARTIFACTS = "mlflow-artifacts:/";
    private static final int LONGEST = 500;

    /** Clients keep prompts as versions too; they have no files, and a word stands where others have a source. */
    private static final String PROMPT_TAG = "mlflow.prompt.is_prompt";

    private static final Pattern WORD = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern ADDRESS = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]+):/.*", Pattern.DOTALL);

    /** Addresses that name a machine, so that whoever loads the model would call it, or the loader's own disk. */
    private static final Set<String> REFUSED_SCHEMES =
            Set.of("file", "http", "https", "ftp", "sftp", "hdfs", "viewfs", "jar", "data");

    private final RunDirectory runs;
    private final LoggedModelRepository loggedModels;
    private final ModelRepository models;

    @Inject
    public ModelSources(RunDirectory runs, LoggedModelRepository loggedModels, ModelRepository models) {
        this.runs = runs;
        this.loggedModels = loggedModels;
        this.models = models;
    }

    @SuppressWarnings("NullAway")
    protected ModelSources() {
        this(null, null, null);
    }

    /** Where a version comes from. @param files null when they are not in our store */
    record Origin(
            @Nullable ArtifactPath files,
            @Nullable RunId run,
            @Nullable LoggedModelId loggedModel) {}

    Origin resolve(WorkspaceName workspace, ModelRegistry.Registration registration) {
        var source = registration.source();
        if (source.isBlank() || source.length() > LONGEST) {
            throw Refused.invalid("source", "1 to %d characters".formatted(LONGEST));
        }
        if ("true".equalsIgnoreCase(registration.tags().get(PROMPT_TAG))) {
            return ofPrompt(source);
        }
        requireStraight(source);
        var loggedModel =
                registration.loggedModel() == null ? null : loggedModel(workspace, registration.loggedModel());
        var run = registration.run() != null ? registration.run() : loggedModel == null ? null : loggedModel.run();
        if (run != null) {
            requireRun(workspace, run);
        }
        var loggedModelId = loggedModel == null ? null : loggedModel.id();
        if (source.startsWith(RUNS)) {
            return ofRun(workspace, source.substring(RUNS.length()), run, loggedModelId);
        }
        if (source.startsWith(MODELS)) {
            return ofModel(workspace, source.substring(MODELS.length()), run, loggedModel);
        }
        if (source.startsWith(ARTIFACTS)) {
            var path = new ArtifactPath(strip(source.substring(ARTIFACTS.length())));
            requireOwned(workspace, path, run, loggedModel);
            return new Origin(path, run, loggedModelId);
        }
        requireForeign(source);
        return new Origin(null, run, loggedModelId);
    }

    private static Origin ofPrompt(String source) {
        if (!WORD.matcher(source).matches()) {
            throw Refused.invalid("source", "a prompt has no source; a single word stands in its place");
        }
        return new Origin(null, null, null);
    }

    /** No step upwards, in no spelling: whoever follows the source may decode it, and more than once. */
    private static void requireStraight(String source) {
        if (!ArtifactPath.leadsStraight(source)) {
            throw Refused.invalid(
                    "source",
                    "'%s' must be an absolute address without relative parts, encoded ones included".formatted(source));
        }
    }

    private static void requireForeign(String source) {
        var address = ADDRESS.matcher(source);
        if (!address.matches()) {
            throw Refused.invalid("source", "'%s' is not a URI; log the model and register that".formatted(source));
        }
        var scheme = address.group(1).toLowerCase(Locale.ROOT);
        if (REFUSED_SCHEMES.contains(scheme)) {
            throw Refused.invalid(
                    "source",
                    "an address with '%s:' leads to somebody's disk or host, not to a store; log the model and register that"
                            .formatted(scheme));
        }
        if (Set.of("runs", "models", "mlflow-artifacts").contains(scheme)) {
            throw Refused.invalid("source", "write it as %s:/<path>".formatted(scheme));
        }
    }

    private Origin ofRun(
            WorkspaceName workspace, String rest, @Nullable RunId given, @Nullable LoggedModelId loggedModel) {
        var slash = rest.indexOf('/');
        var id = new RunId(slash < 0 ? rest : rest.substring(0, slash));
        if (given != null && !given.equals(id)) {
            throw Refused.invalid("source", "it lies in run '%s', but the run given is '%s'".formatted(id, given));
        }
        return new Origin(
                requireRun(workspace, id).artifacts().resolve(slash < 0 ? "" : strip(rest.substring(slash + 1))),
                id,
                loggedModel);
    }

    private Origin ofModel(WorkspaceName workspace, String rest, @Nullable RunId run, @Nullable LoggedModel given) {
        if (rest.startsWith("m-")) {
            var model = loggedModel(workspace, new LoggedModelId(strip(rest)));
            if (given != null && !given.id().equals(model.id())) {
                throw Refused.invalid("source", "it is not the logged model '%s' that was given".formatted(given.id()));
            }
            return new Origin(model.artifacts(), run == null ? model.run() : run, model.id());
        }
        var slash = rest.lastIndexOf('/');
        var reference = ModelRef.parse(slash < 0 ? rest : rest.substring(0, slash) + ":" + rest.substring(slash + 1));
        var version = Authority.reading(() -> models.findVersion(workspace, reference))
                .orElseThrow(() -> Refused.notFound("model version", reference));
        if (run != null && given == null && !run.equals(version.run())
                || given != null && !given.id().equals(version.loggedModel())) {
            throw Refused.invalid(
                    "source", "version '%s' is of another run or logged model than the one given".formatted(reference));
        }
        return new Origin(version.files(), version.run(), version.loggedModel());
    }

    private void requireOwned(
            WorkspaceName workspace, ArtifactPath path, @Nullable RunId run, @Nullable LoggedModel loggedModel) {
        var inModel = loggedModel != null && path.startsWith(loggedModel.artifacts());
        var inRun = run != null && path.startsWith(requireRun(workspace, run).artifacts());
        // A model that the run logged lies beside the run's own files, not below them.
        var inModelOfRun = run != null && loggedModelAt(workspace, path, run);
        if (!inModel && !inRun && !inModelOfRun) {
            throw Refused.invalid(
                    "source", "'%s' is not in the files of the run or logged model given".formatted(path));
        }
    }

    private boolean loggedModelAt(WorkspaceName workspace, ArtifactPath path, RunId run) {
        var segments = path.segments();
        return segments.size() >= 4
                && segments.get(1).equals("models")
                && segments.get(2).matches("m-[0-9a-f]{32}")
                && run.equals(loggedModel(workspace, new LoggedModelId(segments.get(2)))
                        .run());
    }

    private RunDirectory.Entry requireRun(WorkspaceName workspace, RunId id) {
        return runs.hold(id)
                .filter(found -> found.workspace().equals(workspace))
                .orElseThrow(() -> Refused.notFound("run", id));
    }

    private LoggedModel loggedModel(WorkspaceName workspace, LoggedModelId id) {
        return loggedModels
                .find(id)
                .filter(found -> found.workspace().equals(workspace) && found.deletedAt() == null)
                .filter(found -> loggedModels.hold(id))
                .orElseThrow(() -> Refused.notFound("logged model", id));
    }

    private static String strip(String path) {
        var start = 0;
        while (start < path.length() && path.charAt(start) == '/') {
            start++;
        }
        var end = path.length();
        while (end > start && path.charAt(end - 1) == '/') {
            end--;
        }
        return path.substring(start, end);
    }
}
