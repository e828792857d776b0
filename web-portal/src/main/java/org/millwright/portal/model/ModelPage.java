package org.millwright.portal.model;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.app.OnlineEndpoints;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.app.Tracking;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunData;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Field;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.StateChip;
import org.millwright.portal.shell.Wording;
import org.millwright.registry.ModelName;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.model.ModelDescription;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** One model: its versions, where the chosen one comes from, and the way to put it behind an endpoint. */
@Named
@RequestScoped
@Requires(Permission.MODEL_READ)
public class ModelPage {
    private static final int MOST_METRICS = 12;

    private final Address address;
    private final CurrentCaller caller;
    private final ModelRegistry models;
    private final ModelCard card;
    private final RunLifecycle runs;
    private final Tracking tracking;
    private final OnlineEndpoints endpoints;
    private final Notices notices;
    private @Nullable RegisteredModel model;
    private List<ModelVersion> versions = List.of();
    private @Nullable Run origin;
    private @Nullable ModelDescription described;
    private String endpointName = "";
    private String deploymentName = "";
    private boolean allTraffic = true;

    @Inject
    public ModelPage(
            Address address,
            CurrentCaller caller,
            ModelRegistry models,
            ModelCard card,
            RunLifecycle runs,
            Tracking tracking,
            OnlineEndpoints endpoints,
            Notices notices) {
        this.address = address;
        this.caller = caller;
        this.models = models;
        this.card = card;
        this.runs = runs;
        this.tracking = tracking;
        this.endpoints = endpoints;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected ModelPage() {
        this(null, null, null, null, null, null, null, null);
    }

    /** A place where the version answers. */
    public record Serving(String endpoint, String link, String deployment, StateChip state, int percent) {}

    /** Reads the model before anything of the page is sent. */
    public void open() {
        // What a form did a moment ago shows too.
        model = null;
        loaded();
        if (!address.text("version").isEmpty()) {
            version();
        }
    }

    private RegisteredModel loaded() {
        if (model == null) {
            model = models.get(caller.workspace(), new ModelName(address.text("name")));
            versions = models.versions(caller.workspace(), model.name());
        }
        return model;
    }

    /** The version in the address, or the newest; null when the model has none. */
    private @Nullable ModelVersion version() {
        var known = loaded();
        var wanted = address.text("version");
        if (wanted.isEmpty()) {
            return versions.isEmpty() ? null : versions.getFirst();
        }
        return versions.stream()
                .filter(version -> Integer.toString(version.id().version()).equals(wanted))
                .findFirst()
                .orElseThrow(() -> Refused.notFound("model version", known.name() + ":" + wanted));
    }

    private ModelVersion chosen() {
        var version = version();
        if (version == null) {
            throw Refused.notFound("version of model", loaded().name());
        }
        return version;
    }

    public String getName() {
        return loaded().name().value();
    }

    public String getDescription() {
        return loaded().description();
    }

    public List<Field> getTags() {
        return Field.of(loaded().tags());
    }

    public List<VersionView> getVersions() {
        var known = loaded();
        return versions.stream().map(version -> VersionView.of(known, version)).toList();
    }

    public @Nullable VersionView getVersion() {
        var version = version();
        return version == null ? null : VersionView.of(loaded(), version);
    }

    public String getSource() {
        return chosen().source();
    }

    public List<Field> getVersionTags() {
        return Field.of(chosen().tags());
    }

    /** The run that made the version, when the reader may see it and it is still there. */
    private @Nullable Run origin() {
        var id = chosen().run();
        if (origin == null && id != null && caller.maySomewhere(Permission.EXPERIMENT_READ)) {
            try {
                origin = runs.get(caller.workspace(), id);
            } catch (Refused purged) {
                return null;
            }
        }
        return origin;
    }

    public boolean isTraced() {
        return origin() != null;
    }

    public String getRunName() {
        var run = origin();
        return run == null ? "" : run.name();
    }

    public @Nullable StateChip getRunState() {
        var run = origin();
        return run == null ? null : StateChip.of(run.state());
    }

    public String getRunLink() {
        var run = origin();
        return run == null ? "" : Links.run(run.id());
    }

    public List<Field> getMetrics() {
        return data().latest().stream()
                .sorted(Comparator.comparing(Metric::key))
                .map(metric -> new Field(metric.key(), Wording.number(metric.value())))
                .distinct()
                .limit(MOST_METRICS)
                .toList();
    }

    public List<Field> getParameters() {
        return Field.of(data().parameters()).stream().limit(MOST_METRICS).toList();
    }

    private RunData data() {
        var run = origin();
        return run == null ? RunData.EMPTY : tracking.read(caller.workspace(), run.id());
    }

    /** What the version says of itself. */
    public ModelDescription getDescribed() {
        if (described == null) {
            described = card.description(chosen());
        }
        return described;
    }

    /** Packages that it needs. */
    public List<String> getRequirements() {
        return card.requirements(chosen());
    }

    /** Whether its files are here, to be taken along. */
    public boolean isDownloadable() {
        var version = version();
        return version != null && version.files() != null;
    }

    /** Where the version answers, or is about to. */
    public List<Serving> getServing() {
        var id = chosen().id();
        return endpoints.list(caller.workspace()).stream()
                .flatMap(endpoint -> endpoint.deployments().stream()
                        .filter(deployment -> deployment.model().equals(id))
                        .map(deployment -> serving(endpoint, deployment)))
                .toList();
    }

    private static Serving serving(OnlineEndpoint endpoint, Deployment deployment) {
        return new Serving(
                endpoint.name().value(),
                Links.endpoint(endpoint.name()),
                deployment.name().value(),
                StateChip.of(deployment.state()),
                endpoint.traffic().getOrDefault(deployment.name(), 0));
    }

    public boolean isDeployable() {
        var version = version();
        return version != null && version.files() != null && caller.maySomewhere(Permission.ENDPOINT_WRITE);
    }

    /** Puts the version behind an endpoint, which is made when there is none of that name, and leads there. */
    @Requires(Permission.ENDPOINT_WRITE)
    public void deploy() {
        var deployed = notices.attempt(
                () -> {
                    // All that can be refused is, before the endpoint is made: nothing is left half-done.
                    var id = chosen().id();
                    var endpoint = new EndpointName(endpointName.strip());
                    var deployment = new DeploymentName(deploymentName.strip());
                    models.filesOf(caller.workspace(), id);
                    if (endpoints.find(caller.workspace(), endpoint).isEmpty()) {
                        endpoints.create(caller.workspace(), endpoint, "", Map.of());
                    }
                    endpoints.deploy(
                            caller.workspace(),
                            endpoint,
                            deployment,
                            id,
                            Deployment.USUAL_CONCURRENCY,
                            Deployment.USUAL_TIMEOUT,
                            allTraffic);
                },
                "Deployment begun");
        if (deployed) {
            lead(Links.endpoint(new EndpointName(endpointName.strip())));
        }
    }

    /** Whether the reader may delete it. */
    public boolean isDeletable() {
        return caller.may(Permission.MODEL_WRITE, loaded().name());
    }

    /** Deletes the version that is shown, and leads to those that are left. */
    @Requires(Permission.MODEL_WRITE)
    public void deleteVersion() {
        var left = loaded().name();
        if (notices.attempt(
                () -> models.deleteVersion(
                        caller.workspace(), chosen().id(), caller.get().principal()),
                "The version is deleted; it can be restored until it is purged")) {
            lead(Links.model(left));
        }
    }

    /** Deletes the model with all its versions. */
    @Requires(Permission.MODEL_WRITE)
    public void delete() {
        if (notices.attempt(
                () -> models.delete(caller.workspace(), loaded().name()),
                "The model is deleted; it can be restored until it is purged")) {
            lead("models.xhtml");
        }
    }

    private static void lead(String link) {
        try {
            FacesContext.getCurrentInstance().getExternalContext().redirect(link);
        } catch (IOException browserGone) {
            throw new UncheckedIOException(browserGone);
        }
    }

    /** Names of endpoints that exist, to choose from. */
    public List<String> getEndpoints() {
        return endpoints.list(caller.workspace()).stream()
                .map(endpoint -> endpoint.name().value())
                .filter(endpoint -> caller.may(Permission.ENDPOINT_WRITE, endpoint))
                .toList();
    }

    public String getEndpointName() {
        return endpointName.isEmpty() ? DeploymentNames.endpointFor(getName()) : endpointName;
    }

    public void setEndpointName(@Nullable String endpointName) {
        this.endpointName = endpointName == null ? "" : endpointName;
    }

    public String getDeploymentName() {
        if (!deploymentName.isEmpty()) {
            return deploymentName;
        }
        var version = version();
        return version == null ? "" : DeploymentNames.deploymentFor(version.id());
    }

    public void setDeploymentName(@Nullable String deploymentName) {
        this.deploymentName = deploymentName == null ? "" : deploymentName;
    }

    public boolean isAllTraffic() {
        return allTraffic;
    }

    public void setAllTraffic(boolean allTraffic) {
        this.allTraffic = allTraffic;
    }
}
