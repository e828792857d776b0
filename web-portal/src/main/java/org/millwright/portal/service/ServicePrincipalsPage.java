package org.millwright.portal.service;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.app.ServicePrincipals;
import org.millwright.access.model.Principal;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** All service principals of the server, and a form to make one. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_READ, on = Extent.SERVER)
public class ServicePrincipalsPage {
    private static final int ROWS = 50;

    private final Address address;
    private final CurrentCaller caller;
    private final ServicePrincipals services;
    private final Notices notices;
    private @Nullable Page<Principal> page;
    private String id = "";
    private String name = "";

    @Inject
    public ServicePrincipalsPage(Address address, CurrentCaller caller, ServicePrincipals services, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.services = services;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected ServicePrincipalsPage() {
        this(null, null, null, null);
    }

    /** One service principal. */
    public record Row(String id, String name, String link, boolean disabled, String provider, Instant createdAt) {
        static Row of(Principal principal) {
            var identity = principal.identity();
            return new Row(
                    principal.id().value(),
                    principal.name(),
                    Links.service(principal.id()),
                    principal.isDisabled(),
                    identity == null ? "" : "%s: %s".formatted(identity.provider(), identity.subject()),
                    principal.createdAt());
        }
    }

    /** Reads them before anything of the page is sent. */
    public void open() {
        loaded();
    }

    private Page<Principal> loaded() {
        if (page == null) {
            var after = address.text("after");
            page = services.page("", new PageRequest(after.isEmpty() ? null : after, ROWS));
        }
        return page;
    }

    public List<Row> getRows() {
        return loaded().map(Row::of).items();
    }

    /** Where the next page starts; empty on the last. */
    public String getOlder() {
        var token = loaded().nextToken();
        return token == null ? "" : token;
    }

    public boolean isChangeable() {
        return caller.get().mayEverywhere(Permission.ACCESS_MANAGE);
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void create() {
        var made = notices.attempt(
                () -> services.create(id.isBlank() ? null : new PrincipalId(id.strip()), name.strip(), null),
                "The service principal is made; say now what it signs in by, and give it a role");
        if (made) {
            id = "";
            name = "";
        }
        page = null;
    }

    public String getId() {
        return id;
    }

    public void setId(@Nullable String id) {
        this.id = id == null ? "" : id;
    }

    public String getName() {
        return name;
    }

    public void setName(@Nullable String name) {
        this.name = name == null ? "" : name;
    }
}
