package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Effect;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.app.Principals;
import org.millwright.access.app.Roles;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.Query;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** A form by which a role is given or denied. The address may say whom, which and where already. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
public class GivePage {
    private final Address address;
    private final CurrentCaller caller;
    private final Principals principals;
    private final Roles roles;
    private final Places places;
    private final PrincipalPicker picker;
    private final Notices notices;
    private Scope around = Scope.SERVER;
    private @Nullable String role;
    private @Nullable String in;
    private @Nullable String kind;
    private @Nullable String resource;
    private @Nullable PrincipalView chosen;

    @Inject
    public GivePage(
            Address address,
            CurrentCaller caller,
            Principals principals,
            Roles roles,
            Places places,
            PrincipalPicker picker,
            Notices notices) {
        this.address = address;
        this.caller = caller;
        this.principals = principals;
        this.roles = roles;
        this.places = places;
        this.picker = picker;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected GivePage() {
        this(null, null, null, null, null, null, null);
    }

    /** Reads whom the address means before anything of the page is sent. */
    public void open() {
        around = places.around(Permission.ACCESS_MANAGE);
        caller.get().requireToManage(around);
        var who = address.text("who");
        if (!who.isEmpty()) {
            chosen = PrincipalView.of(principals.get(new PrincipalId(who)));
        }
    }

    public void give() {
        notices.attempt(() -> {
            var who = principals.get(who());
            var scope = places.of(getIn(), getKind(), getResource());
            var effect = effect();
            var wanted = roles.get(getRole());
            roles.assign(caller.get(), who.id(), wanted, effect, scope);
            return (effect == Effect.ALLOW
                            ? "%s has the role %s from now on: %s"
                            : "%s is denied what the role %s permits from now on: %s")
                    .formatted(
                            who.name(),
                            wanted.name(),
                            Places.label(scope, getResource().strip()));
        });
    }

    private PrincipalId who() {
        var who = address.text("who");
        return who.isEmpty() ? picker.chosen() : new PrincipalId(who);
    }

    private Effect effect() {
        return switch (address.field("effect")) {
            case "allow" -> Effect.ALLOW;
            case "deny" -> Effect.DENY;
            default -> throw Refused.invalid("what", "choose whether the role is given or denied");
        };
    }

    /** Whom the address means; null when somebody is still to be chosen. */
    public @Nullable PrincipalView getChosen() {
        return chosen;
    }

    public boolean isDenying() {
        return address.text("effect").equals("deny");
    }

    public List<Choice> getRoles() {
        return roles.list().stream()
                .map(one -> new Choice(one.name(), one.name(), one.description()))
                .toList();
    }

    /** The workspaces and the server, where the reader may give roles. */
    public List<Choice> getScopes() {
        return places.where(Permission.ACCESS_MANAGE);
    }

    public List<Choice> getKinds() {
        return Places.kinds();
    }

    /** Where the roles of that place are shown. */
    public String getAccess() {
        return "access.xhtml?in=" + Query.encode(getIn());
    }

    public String getRole() {
        var wanted = role == null ? address.text("role") : role;
        return wanted.isEmpty() ? Role.READER.name() : wanted;
    }

    public void setRole(@Nullable String role) {
        this.role = role;
    }

    public String getIn() {
        return in == null ? Places.key(around) : in;
    }

    public void setIn(@Nullable String in) {
        this.in = in;
    }

    public String getKind() {
        return kind == null ? address.text("kind") : kind;
    }

    public void setKind(@Nullable String kind) {
        this.kind = kind == null ? "" : kind;
    }

    public String getResource() {
        return resource == null ? address.text("resource") : resource;
    }

    public void setResource(@Nullable String resource) {
        this.resource = resource == null ? "" : resource;
    }
}
