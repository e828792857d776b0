package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.millwright.access.Permission;
import org.millwright.access.app.Roles;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** The roles that can be given: those that every server has, and those that the team made. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
public class RolesPage {
    private final CurrentCaller caller;
    private final Roles roles;
    private List<RoleView> builtIn = List.of();
    private List<RoleView> custom = List.of();

    @Inject
    public RolesPage(CurrentCaller caller, Roles roles) {
        this.caller = caller;
        this.roles = roles;
    }

    @SuppressWarnings("NullAway")
    protected RolesPage() {
        this(null, null);
    }

    /** Reads the roles before anything of the page is sent. */
    public void open() {
        var all = roles.list().stream().map(RoleView::of).toList();
        builtIn = all.stream().filter(RoleView::builtIn).toList();
        custom = all.stream().filter(role -> !role.builtIn()).toList();
    }

    public List<RoleView> getBuiltIn() {
        return builtIn;
    }

    public List<RoleView> getCustom() {
        return custom;
    }

    public boolean isChangeable() {
        return caller.get().mayEverywhere(Permission.ACCESS_MANAGE);
    }
}
