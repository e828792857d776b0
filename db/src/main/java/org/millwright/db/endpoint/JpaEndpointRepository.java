package org.millwright.db.endpoint;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.util.List;
import java.util.Optional;
import org.millwright.access.ResourceKind;
import org.millwright.db.Database;
import org.millwright.db.NamedKey;
import org.millwright.db.Outbox;
import org.millwright.db.Within;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.model.EndpointRepository;
import org.millwright.endpoint.model.OnlineEndpoint;
import org.millwright.shared.Change;
import org.millwright.workspace.WorkspaceName;

/** Online endpoints in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JpaEndpointRepository implements EndpointRepository {
    private static final String KIND = "endpoint";

    private final Database database;
    private final Outbox outbox;

    @Inject
    public JpaEndpointRepository(Database database, Outbox outbox) {
        this.database = database;
        this.outbox = outbox;
    }

    @SuppressWarnings("NullAway")
    protected JpaEndpointRepository() {
        this(null, null);
    }

    @Override
    public Optional<OnlineEndpoint> find(WorkspaceName workspace, EndpointName name) {
        return database.find(OnlineEndpointRow.class, new NamedKey(workspace, name))
                .map(OnlineEndpointRow::toEndpoint);
    }

    @Override
    public Optional<OnlineEndpoint> findForUpdate(WorkspaceName workspace, EndpointName name) {
        return database.findForUpdate(OnlineEndpointRow.class, new NamedKey(workspace, name))
                .map(OnlineEndpointRow::toEndpoint);
    }

    @Override
    public List<OnlineEndpoint> of(WorkspaceName workspace) {
        var within = Within.reach(ResourceKind.ENDPOINT, workspace);
        return database
                .rows(
                        OnlineEndpointRow.class,
                        "SELECT e.* FROM endpoint.online_endpoint e WHERE e.workspace = ?%s ORDER BY e.name"
                                .formatted(within.and("e.name")),
                        within.behind(workspace.value()))
                .stream()
                .map(OnlineEndpointRow::toEndpoint)
                .toList();
    }

    @Override
    public List<OnlineEndpoint> all() {
        return database.entities()
                .createQuery("SELECT e FROM OnlineEndpointRow e ORDER BY e.workspace, e.name", OnlineEndpointRow.class)
                .getResultStream()
                .filter(OnlineEndpointRow::isIncluded)
                .map(OnlineEndpointRow::toEndpoint)
                .toList();
    }

    @Override
    public void save(Change<OnlineEndpoint> change) {
        var endpoint = change.next();
        if (endpoint.revision().isUnsaved()) {
            database.add(new OnlineEndpointRow(endpoint), KIND, endpoint.name());
        } else {
            current(endpoint).write(endpoint);
            database.flush(KIND, endpoint.name());
        }
        outbox.append(change.events());
    }

    @Override
    public void delete(Change<OnlineEndpoint> change) {
        var endpoint = change.next();
        database.entities().remove(current(endpoint));
        database.flush(KIND, endpoint.name());
        outbox.append(change.events());
    }

    private OnlineEndpointRow current(OnlineEndpoint endpoint) {
        return database.current(
                OnlineEndpointRow.class,
                new NamedKey(endpoint.workspace(), endpoint.name()),
                endpoint.revision(),
                KIND,
                endpoint.name());
    }
}
