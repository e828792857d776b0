package org.millwright.portal.secret;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Notices;
import org.millwright.secret.SecretName;
import org.millwright.secret.app.WorkspaceSecrets;
import org.millwright.secret.model.WorkspaceSecret;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The secrets of the workspace, without their values: those go in here and are never shown. */
@Named
@RequestScoped
@Requires(Permission.SECRET_READ)
public class SecretsPage {
    private final Address address;
    private final CurrentCaller caller;
    private final WorkspaceSecrets secrets;
    private final Notices notices;
    private String name = "";
    private String value = "";

    @Inject
    public SecretsPage(Address address, CurrentCaller caller, WorkspaceSecrets secrets, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.secrets = secrets;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected SecretsPage() {
        this(null, null, null, null);
    }

    /** One secret. @param usedBy the run that got it last; empty before the first */
    public record Row(
            String name,
            String setBy,
            Instant setAt,
            @Nullable Instant usedAt,
            String usedBy) {
        static Row of(WorkspaceSecret secret) {
            return new Row(
                    secret.name().value(),
                    secret.setBy().value(),
                    secret.setAt(),
                    secret.lastUsedAt(),
                    secret.lastUsedBy() == null ? "" : secret.lastUsedBy());
        }
    }

    public List<Row> getRows() {
        return secrets.list(caller.workspace()).stream().map(Row::of).toList();
    }

    public boolean isChangeable() {
        return caller.get().may(Permission.SECRET_WRITE, caller.workspace());
    }

    @Requires(Permission.SECRET_WRITE)
    public void set() {
        var done = notices.attempt(
                () -> secrets.set(
                        caller.workspace(),
                        new SecretName(name.strip()),
                        value,
                        caller.get().principal()),
                "The secret is set; jobs that start from now on get this value");
        if (done) {
            name = "";
        }
        value = "";
    }

    @Requires(Permission.SECRET_WRITE)
    public void delete() {
        notices.attempt(
                () -> secrets.delete(caller.workspace(), new SecretName(address.field("target"))),
                "The secret is deleted");
    }

    public String getName() {
        return name;
    }

    public void setName(@Nullable String name) {
        this.name = name == null ? "" : name;
    }

    /** Never shown again once it was sent. */
    public String getValue() {
        return "";
    }

    public void setValue(@Nullable String value) {
        this.value = value == null ? "" : value;
    }
}
