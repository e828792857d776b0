package org.millwright.scheduler;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.millwright.access.Authority;
import org.millwright.access.Origin;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.app.AccessQuestions;
import org.millwright.access.app.Credentials;
import org.millwright.compute.spi.Launch;
import org.millwright.compute.spi.Placement;
import org.millwright.data.ArtifactPath;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.app.Snapshots;
import org.millwright.experiment.model.Run;
import org.millwright.secret.MaskedForms;
import org.millwright.secret.RunSecrets;
import org.millwright.shared.ServerSettings;

/** Says to a driver what a run is, with the variables by which its script finds back to us. */
@ApplicationScoped
public class Launches {
    private final Credentials credentials;
    private final AccessQuestions rights;
    private final RunSecrets secrets;
    private final ServerSettings settings;

    @Inject
    public Launches(Credentials credentials, AccessQuestions rights, RunSecrets secrets, ServerSettings settings) {
        this.credentials = credentials;
        this.rights = rights;
        this.secrets = secrets;
        this.settings = settings;
    }

    @SuppressWarnings("NullAway")
    protected Launches() {
        this(null, null, null, null);
    }

    /**
     * For preparing and starting: with a fresh token of the run, and the secrets that it asked for as they are now.
     *
     * @throws org.millwright.shared.Refused with NotFound when a secret was deleted meanwhile, Forbidden when whoever
     *     submitted it may no longer give it secrets, Unavailable when the key of the secrets cannot be reached
     */
    public Launch toStart(Run run, Placement placement) {
        var submitter = Objects.requireNonNull(run.submitter(), "A job has a submitter");
        var opened = opened(run, submitter);
        var token = credentials
                .issueRunToken(submitter, run.id().value(), run.workspace())
                .secret();
        var variables = new HashMap<>(job(run).variables());
        variables.putAll(opened);
        variables.putAll(ours(run));
        variables.put("MW_ATTEMPT", String.valueOf(placement.attempt().number()));
        if (placement.attempt().number() > 1) {
            variables.put("MW_RESUME", "1"); // an earlier attempt may have left something to go on from
        }
        variables.put("MLFLOW_TRACKING_TOKEN", token);
        return launch(run, placement, variables, MaskedForms.of(opened.values()));
    }

    private Map<String, String> opened(Run run, PrincipalId submitter) {
        var asked = job(run).secrets();
        if (asked.isEmpty()) {
            return Map.of();
        }
        var caller = rights.behind(submitter, run.id().value());
        caller.require(Permission.SECRET_USE, run.workspace());
        return Authority.nobody(Origin.SERVER)
                .of(caller) // for the audit trail
                .doing(() -> secrets.openForRun(run.workspace(), run.id().value(), asked));
    }

    /** For what comes after the start, when nobody needs the variables any more. */
    public Launch started(Run run, Placement placement) {
        return launch(run, placement, Map.of(), List.of());
    }

    private static Launch launch(Run run, Placement placement, Map<String, String> variables, List<String> masked) {
        var job = job(run);
        var code = job.code();
        var files = new HashMap<String, ArtifactPath>();
        job.inputs().forEach((name, input) -> {
            if (input instanceof JobInput.Files(var snapshot, var _)) {
                files.put(JobSpec.inputFolder(name), Snapshots.path(snapshot));
            }
        });
        return new Launch(
                placement,
                job.resources(),
                job.type(),
                code == null ? null : Snapshots.path(code),
                files,
                job.outputs().stream().map(name -> "outputs/" + name).toList(),
                job.resolvedCommand(),
                job.environment(),
                variables,
                masked,
                run.artifacts(),
                job.timeLimit());
    }

    /** MLflow's names, and Azure ML's where its scripts read them. */
    private Map<String, String> ours(Run run) {
        var url = settings.publicUrl().toString();
        var id = run.id().value();
        var experiment = run.experiment().toString();
        return Map.of(
                "MLFLOW_TRACKING_URI", url,
                "MLFLOW_TRACKING_SERVER_CERT_PATH",
                        settings.certificateAuthority().toAbsolutePath().toString(),
                "MLFLOW_RUN_ID", id,
                "MLFLOW_EXPERIMENT_ID", experiment,
                "AZUREML_RUN_ID", id,
                "AZUREML_EXPERIMENT_ID", experiment,
                "AZUREML_ARM_WORKSPACE_NAME", run.workspace().value());
    }

    private static JobSpec job(Run run) {
        return Objects.requireNonNull(run.job(), "Only jobs are queued");
    }
}
