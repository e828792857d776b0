package org.millwright.experiment.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.compute.AttemptId;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/** Keeps runs and the attempts at them. */
public interface RunRepository {

    /**
     * Which runs a search is about.
     *
     * @param experiments empty for every experiment of the workspace
     * @param filter attributes: run_id, run_name, status (our labels), user_id, start_time and end_time (ms), kind
     *     (job or tracked)
     */
    record RunQuery(
            WorkspaceName workspace,
            List<ExperimentId> experiments,
            View view,
            List<Criterion> filter,
            List<Ordering> order) {}

    Optional<Run> find(RunId id);

    /** Finds it and holds off others who want to change it until the transaction ends; so no decision is lost to a race. */
    Optional<Run> findForUpdate(RunId id);

    /**
     * Keeps a run from being purged until the transaction ends, because something is about to refer to it.
     *
     * @return false when there is no such run (any more), or its purge was ordered already
     */
    boolean hold(RunId id);

    /** Whether somebody ordered its purge, after which it cannot be restored. */
    boolean isBeingPurged(RunId id);

    /**
     * Finds what logging must know of it, and lets nobody else log to it, change or purge it until the transaction ends. It
     * is the cheapest way to ask: each call that logs begins with it.
     */
    Optional<HeldRun> holdForLogging(RunId id);

    /** Stores the run and its events together. @throws org.millwright.shared.Refused with Stale or AlreadyExists */
    void save(Change<Run> change);

    /** Stores a tracked run that has just begun with its first tags, and its events: the cheapest way to do so. */
    void begin(Change<Run> begun, Map<String, String> tags);

    /** Finds them and holds off others who want to change them until the transaction ends. */
    default List<Run> findAllForUpdate(List<RunId> ids) {
        return ids.stream().map(this::findForUpdate).flatMap(Optional::stream).toList();
    }

    /** Stores runs that are there already, with their events, all at once. */
    default void saveAll(List<Change<Run>> changes) {
        changes.forEach(this::save);
    }

    /**
     * The model version because of which a file may not be changed, where the workspace freezes what versions were made from.
     *
     * @param file of a run or of a logged model
     */
    Optional<String> frozenBy(ArtifactPath file);

    /** Whose file it is; empty when it is no run's. @param file of a run or of a logged model */
    Optional<RunId> ownerOf(ArtifactPath file);

    /** Remembers that a run was made with the token of another. */
    void made(RunId run, RunId by);

    /** Whether it was made with the token of the other. */
    boolean isMadeBy(RunId run, RunId by);

    /** Keeps a snapshot from being purged until the transaction ends, because a job is about to use it. */
    void holdSnapshot(ContentDigest snapshot);

    /** A job of the experiment that has not ended, if there is one. */
    Optional<RunId> unfinishedJob(ExperimentId experiment);

    /** Deletes the experiment's runs that are not deleted, all with the same time. */
    void deleteAll(ExperimentId experiment, Instant at);

    /** Restores the experiment's runs that were deleted at that time. */
    void restoreAll(ExperimentId experiment, Instant deletedAt);

    /** Without an order: the newest first, then by id. */
    Page<Run> search(RunQuery query, PageRequest page);

    /** Remembers that a try began; the database lets a run have one open attempt. */
    void openAttempt(RunAttempt attempt);

    /** Remembers that several tries began. */
    default void openAttempts(List<RunAttempt> attempts) {
        attempts.forEach(this::openAttempt);
    }

    void closeAttempt(RunAttempt attempt);

    /** Another server looks after the attempt from now on. */
    void moveAttempt(AttemptId attempt, String server);

    /** Remembers that the attempt was declared lost while its server may still have it. */
    void abandonAttempt(AttemptId attempt);

    /** Attempts that others declared lost while this server was not heard of; each is told once. */
    List<RunAttempt> abandonedBy(String server);

    /** Every try at a run, the first first. */
    List<RunAttempt> attempts(RunId id);

    /** Open attempts that this server holds, to be found again after its restart. */
    List<RunAttempt> openAttempts(String server);
}
