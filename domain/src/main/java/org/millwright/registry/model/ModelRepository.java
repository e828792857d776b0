package org.millwright.registry.model;

import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.experiment.RunId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Ordering;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.workspace.WorkspaceName;

/** Keeps registered models and their versions. */
public interface ModelRepository {
    Optional<RegisteredModel> find(WorkspaceName workspace, ModelName name);

    /** Finds it and holds off others who want to change what its aliases and stages name, until the transaction ends. */
    Optional<RegisteredModel> findForUpdate(WorkspaceName workspace, ModelName name);

    /** @throws org.millwright.shared.Refused with Stale, or AlreadyExists when the name is taken */
    void save(Change<RegisteredModel> change);

    /** Changes the name; versions, aliases and tags go along. */
    void rename(WorkspaceName workspace, ModelName from, ModelName to);

    /** Deletes the model with its versions. */
    void delete(WorkspaceName workspace, ModelName name);

    /** The number of the next version. It locks the model until the transaction ends, so no two get the same. */
    int nextVersion(WorkspaceName workspace, ModelName name);

    /** The highest number that a version of the model was ever given; 0 for none. */
    int lastVersion(WorkspaceName workspace, ModelName name);

    /** Lets no version get this number or a lower one from now on, as if they had been given. */
    void reserveVersions(WorkspaceName workspace, ModelName name, int upTo);

    Optional<ModelVersion> findVersion(WorkspaceName workspace, ModelRef id);

    /** Finds it and holds off others who want to change it until the transaction ends. */
    Optional<ModelVersion> findVersionForUpdate(WorkspaceName workspace, ModelRef id);

    /** Those in a stage, the newest first; others who want to change them are held off until the transaction ends. */
    List<ModelVersion> inStageForUpdate(WorkspaceName workspace, ModelName name, Stage stage);

    void saveVersion(ModelVersion version, List<DomainEvent> events);

    void deleteVersion(WorkspaceName workspace, ModelRef id);

    /** Tells of what was renamed or deleted in this transaction. */
    void tell(DomainEvent event);

    /** Versions of a model, the newest first. */
    List<ModelVersion> versions(WorkspaceName workspace, ModelName name);

    /** The newest version in each stage of several models, in the order of their numbers. */
    Map<ModelName, List<ModelVersion>> newestByStage(WorkspaceName workspace, Collection<ModelName> names);

    /** Versions that a run made. */
    List<ModelVersion> versionsOf(RunId run);

    /** Versions that were made from a logged model. */
    List<ModelVersion> versionsOf(LoggedModelId model);

    /** Attributes: name. Without an order by name. */
    Page<RegisteredModel> search(
            WorkspaceName workspace, List<Criterion> filter, List<Ordering> order, PageRequest page);

    /** Attributes: name, version_number, run_id, source_path. Without an order by name, the newest version first. */
    Page<ModelVersion> searchVersions(
            WorkspaceName workspace, List<Criterion> filter, List<Ordering> order, PageRequest page);
}
