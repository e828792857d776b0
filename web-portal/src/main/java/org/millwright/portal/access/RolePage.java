package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.app.Roles;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Leaving;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** What one role permits and who has it; for a role that the team made, or a new one, a form to tick what it permits. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
public class RolePage {
    private final Address address;
    private final CurrentCaller caller;
    private final Roles roles;
    private final Notices notices;
    private @Nullable Role role;
    private List<Holder> holders = List.of();
    private String newName = "";
    private @Nullable String description;

    @Inject
    public RolePage(Address address, CurrentCaller caller, Roles roles, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.roles = roles;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected RolePage() {
        this(null, null, null, null);
    }

    /** Somebody who has the role somewhere. */
    public record Holder(PrincipalView who, RoleHolding holding) {}

    /** Reads the role before anything of the page is sent. */
    public void open() {
        if (isFresh()) {
            caller.get().requireEverywhere(Permission.ACCESS_MANAGE);
            return;
        }
        role = roles.get(address.text("name"));
        holders = roles.assignments(caller.get(), null).stream()
                .filter(given -> given.assignment().grant().role().name().equals(address.text("name")))
                .map(given -> new Holder(
                        PrincipalView.of(given.principal()), RoleHolding.of(given, null, Scope.SERVER, caller.get())))
                .sorted(Comparator.comparing(holder -> holder.who().name(), String.CASE_INSENSITIVE_ORDER))
                .toList();
    }

    private Role shown() {
        if (role == null) {
            role = isFresh() ? model() : roles.get(address.text("name"));
        }
        return role;
    }

    /** What the boxes of a new role start from. */
    private Role model() {
        var like = address.text("like");
        return like.isEmpty() ? Role.READER : roles.get(like);
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void save() {
        var name = isFresh() ? newName.strip() : address.text("name");
        var saved = notices.attempt(() -> {
            var wanted = Role.custom(name, getDescription().strip(), ticked());
            if (isFresh()
                    && roles.list().stream().anyMatch(there -> there.name().equalsIgnoreCase(name))) {
                throw Refused.invalid("name", "there is a role '%s' already".formatted(name));
            }
            role = roles.put(caller.get(), wanted);
            return "Saved; it holds at once for everybody who has the role";
        });
        if (saved && isFresh()) {
            Leaving.to(Links.role(name));
        }
    }

    private Set<Permission> ticked() {
        var ticked = EnumSet.noneOf(Permission.class);
        for (var name : address.fields("permission")) {
            try {
                ticked.add(Permission.valueOf(name));
            } catch (IllegalArgumentException unknown) {
                throw Refused.invalid("permissions", "there is no '%s'".formatted(name));
            }
        }
        return ticked;
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void delete() {
        if (notices.attempt(() -> roles.delete(caller.get(), address.text("name")), "The role is deleted")) {
            Leaving.to("roles.xhtml");
        }
    }

    /** Whether it is still to be made. */
    public boolean isFresh() {
        return address.text("name").isEmpty();
    }

    public boolean isChangeable() {
        return caller.get().mayEverywhere(Permission.ACCESS_MANAGE) && (isFresh() || !shown().isBuiltIn());
    }

    public boolean isManager() {
        return caller.get().mayEverywhere(Permission.ACCESS_MANAGE);
    }

    public boolean isBuiltIn() {
        return !isFresh() && shown().isBuiltIn();
    }

    public String getTitle() {
        return isFresh() ? "New role" : shown().name();
    }

    public RoleView getView() {
        return RoleView.of(shown());
    }

    public List<PermissionGroup> getGroups() {
        return PermissionGroup.of(shown().permissions());
    }

    /** Those of them of which the role permits something. */
    public List<PermissionGroup> getPermitted() {
        return getGroups().stream()
                .filter(group -> !group.permitted().isEmpty())
                .toList();
    }

    public List<Holder> getHolders() {
        return holders;
    }

    public String getNewName() {
        return newName;
    }

    public void setNewName(@Nullable String newName) {
        this.newName = newName == null ? "" : newName;
    }

    public String getDescription() {
        return description != null ? description : isFresh() ? "" : shown().description();
    }

    public void setDescription(@Nullable String description) {
        this.description = description;
    }
}
