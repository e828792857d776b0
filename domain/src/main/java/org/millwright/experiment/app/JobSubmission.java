package org.millwright.experiment.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.millwright.compute.RunQueue;
import org.millwright.data.ArtifactStore;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSubmitter;
import org.millwright.experiment.RunId;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunRepository;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.experiment.model.TrackingRepository;
import org.millwright.secret.RunSecrets;
import org.millwright.shared.IdSource;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Accepts jobs: the run, its tags and its place in the queue are stored together or not at all. */
@ApplicationScoped
@Transactional
public class JobSubmission implements JobSubmitter {
    private final Experiments experiments;
    private final RunRepository runs;
    private final TrackingRepository tracking;
    private final RunQueue queue;
    private final ArtifactStore files;
    private final Environments environments;
    private final RunSecrets secrets;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public JobSubmission(
            Experiments experiments,
            RunRepository runs,
            TrackingRepository tracking,
            RunQueue queue,
            ArtifactStore files,
            Environments environments,
            RunSecrets secrets,
            IdSource ids,
            Clock clock) {
        this.experiments = experiments;
        this.runs = runs;
        this.tracking = tracking;
        this.queue = queue;
        this.files = files;
        this.environments = environments;
        this.secrets = secrets;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected JobSubmission() {
        this(null, null, null, null, null, null, null, null, null);
    }

    @Override
    public RunId submit(Submission submission) {
        var job = submission
                .job()
                .in(environments.resolved(
                        submission.workspace(), submission.job().environment()));
        if (job.code() != null) {
            requireSnapshot("code", job.code());
        }
        job.inputs().forEach((name, input) -> {
            if (input instanceof JobInput.Files(var snapshot, var _)) {
                requireSnapshot("inputs." + name, snapshot);
            }
        });
        secrets.requireKnown(submission.workspace(), job.secrets().keySet());
        var id = submission.name() == null ? new RunId(ids.nextHexId()) : submission.name();
        if (runs.find(id).isPresent()) {
            throw new Refused(new Problem.AlreadyExists("run", id.value()));
        }
        var displayName = submission.displayName() == null ? id.value() : submission.displayName();
        var experiment = experiments.ensure(submission.workspace(), submission.experiment());
        var now = clock.instant();
        var change =
                Run.queue(id, submission.workspace(), experiment.id(), displayName, submission.submitter(), job, now);
        runs.save(change);
        var tags = new LinkedHashMap<>(submission.tags());
        tags.putIfAbsent("mlflow.runName", displayName);
        tags.putIfAbsent("mlflow.user", submission.submitter().value());
        tags.putIfAbsent("mlflow.source.type", "JOB");
        tracking.addTags(id, new TrackingBatch(List.of(), Map.of(), tags).tags());
        queue.enqueue(QueueRequests.of(change.next(), null));
        return id;
    }

    private void requireSnapshot(String field, ContentDigest digest) {
        runs.holdSnapshot(digest);
        try {
            if (files.find(Snapshots.path(digest)).isEmpty()) {
                throw Refused.invalid(field, "no snapshot %s was uploaded".formatted(digest));
            }
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot look for snapshot " + digest, broken);
        }
    }
}
