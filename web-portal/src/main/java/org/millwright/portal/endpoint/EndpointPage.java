package org.millwright.portal.endpoint;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrail;
import org.millwright.access.Permission;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.app.OnlineEndpoints;
import org.millwright.endpoint.model.Deployment;
import org.millwright.endpoint.model.EndpointKeys;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.portal.model.ModelCard;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.StateChip;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.primefaces.PrimeFaces;

/** One endpoint: what answers, who gets which share of the requests, how to call it, and a form to try it. */
@Named
@RequestScoped
@Requires(Permission.ENDPOINT_READ)
public class EndpointPage {
    private static final String ANY_SAMPLE = "{\"input_data\":[[0.0]]}";
    private static final List<Choice> TABS = List.of(
            new Choice("", "Deployments", "pi-server"),
            new Choice("test", "Test", "pi-bolt"),
            new Choice("consume", "Consume", "pi-key"));

    private final Address address;
    private final CurrentCaller caller;
    private final OnlineEndpoints endpoints;
    private final ModelRegistry models;
    private final ModelCard files;
    private final ServerSettings settings;
    private final Notices notices;
    private final AuditTrail trail;
    private @Nullable OnlineEndpoint endpoint;
    private @Nullable EndpointKeys keys;

    @Inject
    public EndpointPage(
            Address address,
            CurrentCaller caller,
            OnlineEndpoints endpoints,
            ModelRegistry models,
            ModelCard files,
            ServerSettings settings,
            Notices notices,
            AuditTrail trail) {
        this.trail = trail;
        this.address = address;
        this.caller = caller;
        this.endpoints = endpoints;
        this.models = models;
        this.files = files;
        this.settings = settings;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected EndpointPage() {
        this(null, null, null, null, null, null, null, null);
    }

    /** Reads the endpoint before anything of the page is sent. */
    public void open() {
        loaded();
    }

    private OnlineEndpoint loaded() {
        if (endpoint == null) {
            endpoint = endpoints.get(caller.workspace(), name());
        }
        return endpoint;
    }

    private EndpointName name() {
        return new EndpointName(address.text("name"));
    }

    public String getName() {
        return loaded().name().value();
    }

    public String getDescription() {
        return loaded().description();
    }

    public StateChip getHealth() {
        return EndpointRow.health(loaded());
    }

    public List<DeploymentView> getDeployments() {
        return loaded().deployments().stream()
                .map(deployment -> DeploymentView.of(loaded(), deployment))
                .toList();
    }

    /** Those that traffic may be sent to. */
    public List<DeploymentView> getServing() {
        return getDeployments().stream().filter(DeploymentView::serving).toList();
    }

    public Instant getCreatedAt() {
        return loaded().createdAt();
    }

    public List<Choice> getTabs() {
        return TABS;
    }

    public String getTab() {
        var wanted = address.text("tab");
        return TABS.stream().map(Choice::key).filter(wanted::equals).findFirst().orElse("");
    }

    public boolean isChangeable() {
        return caller.may(Permission.ENDPOINT_WRITE, name());
    }

    public boolean isKeysAllowed() {
        return caller.may(Permission.ENDPOINT_KEYS, name());
    }

    @Requires(Permission.ENDPOINT_WRITE)
    public void route() {
        var fields = FacesContext.getCurrentInstance().getExternalContext().getRequestParameterMap();
        notices.attempt(
                () -> endpoint = endpoints.route(caller.workspace(), name(), TrafficForm.read(fields)),
                "Traffic is routed anew");
    }

    @Requires(Permission.ENDPOINT_WRITE)
    public void undeploy() {
        notices.attempt(
                () -> endpoint =
                        endpoints.undeploy(caller.workspace(), name(), new DeploymentName(address.field("target"))),
                "The deployment is deleted");
    }

    @Requires(Permission.ENDPOINT_WRITE)
    public void delete() {
        if (notices.attempt(() -> endpoints.delete(caller.workspace(), name()), "The endpoint is deleted")) {
            try {
                FacesContext.getCurrentInstance().getExternalContext().redirect("endpoints.xhtml");
            } catch (IOException browserGone) {
                throw new UncheckedIOException(browserGone);
            }
        }
    }

    /** Fetches the keys for this one answer. */
    @Requires(Permission.ENDPOINT_KEYS)
    public void showKeys() {
        trail.read("endpoint keys", caller.workspace(), name().toString(), null);
        keys = endpoints.keys(caller.workspace(), name());
    }

    /** Gives the primary key to the script of the test form, which asks with it. */
    @Requires(Permission.ENDPOINT_KEYS)
    public void lendKey() {
        trail.read("endpoint keys", caller.workspace(), name().toString(), null);
        PrimeFaces.current()
                .ajax()
                .addCallbackParam(
                        "key", endpoints.keys(caller.workspace(), name()).primary());
    }

    @Requires(Permission.ENDPOINT_KEYS)
    public void renewPrimary() {
        renew(OnlineEndpoints.KeyKind.PRIMARY);
    }

    @Requires(Permission.ENDPOINT_KEYS)
    public void renewSecondary() {
        renew(OnlineEndpoints.KeyKind.SECONDARY);
    }

    private void renew(OnlineEndpoints.KeyKind which) {
        notices.attempt(
                () -> keys = endpoints.renewKey(caller.workspace(), name(), which),
                "Renewed; the old key opens nothing any more");
    }

    public boolean isKeysShown() {
        return keys != null;
    }

    public String getPrimaryKey() {
        return keys == null ? "" : keys.primary();
    }

    public String getSecondaryKey() {
        return keys == null ? "" : keys.secondary();
    }

    /** Where requests go, without the server. */
    public String getScoringPath() {
        return "/endpoints/%s/%s/score".formatted(caller.workspace(), getName());
    }

    public String getScoringUrl() {
        return settings.publicUrl() + getScoringPath();
    }

    /** A request that the deployed model can answer. */
    public String getSample() {
        return mainDeployment()
                .map(deployment -> {
                    try {
                        return files.sampleRequest(models.getVersion(caller.workspace(), deployment.model()));
                    } catch (Refused deletedMeanwhile) {
                        return ANY_SAMPLE;
                    }
                })
                .orElse(ANY_SAMPLE);
    }

    /** The one that most requests reach. */
    private Optional<Deployment> mainDeployment() {
        var traffic = loaded().traffic();
        return loaded().deployments().stream()
                .max(Comparator.comparing((Deployment deployment) -> traffic.getOrDefault(deployment.name(), 0))
                        .thenComparing(Deployment::isServing));
    }

    public String getCurl() {
        return new Snippets(getScoringUrl(), getSample()).curl();
    }

    public String getPython() {
        return new Snippets(getScoringUrl(), getSample()).python();
    }
}
