package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.app.Principals;
import org.millwright.portal.shell.Address;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** Some of those who are called as it is searched for, one of whom a form is about. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
public class PrincipalPicker {
    /** As many as are looked through at a glance; whoever means another types more of the name. */
    private static final int OFFERED = 8;

    private final Address address;
    private final Principals principals;
    private String search = "";
    private @Nullable Page<PrincipalView> found;

    @Inject
    public PrincipalPicker(Address address, Principals principals) {
        this.address = address;
        this.principals = principals;
    }

    @SuppressWarnings("NullAway")
    protected PrincipalPicker() {
        this(null, null);
    }

    private Page<PrincipalView> found() {
        if (found == null) {
            found = principals
                    .page(null, search.strip(), PageRequest.first(OFFERED))
                    .map(PrincipalView::of);
        }
        return found;
    }

    public List<PrincipalView> getOffered() {
        return found().items();
    }

    /** Whether more are called so than are offered. */
    public boolean isMore() {
        return found().nextToken() != null;
    }

    public String getSearch() {
        return search;
    }

    public void setSearch(@Nullable String search) {
        this.search = search == null ? "" : search;
        found = null;
    }

    /** The one that is ticked, who stays so while it is searched on; empty for nobody. */
    public String getPicked() {
        return address.field("who");
    }

    /** The one that was ticked in the form. @throws Refused with Invalid when nobody was */
    PrincipalId chosen() {
        var id = getPicked();
        if (id.isEmpty()) {
            throw Refused.invalid("who", "choose one of those who are listed");
        }
        return new PrincipalId(id);
    }
}
