package org.millwright.portal.shell;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.app.Principals;
import org.millwright.access.model.AccessContact;
import org.millwright.access.model.Principal;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Public;

/** For whoever signed in and holds no role: who they are here, and whom to ask. */
@Named
@RequestScoped
@Public("whoever holds no role sees this instead of what they asked for; it shows them to themselves only")
public class NoRolePage {
    private static final int MOST_GROUPS = 30;

    private final CurrentCaller caller;
    private final Principals principals;
    private final AccessContact contact;

    @Inject
    public NoRolePage(CurrentCaller caller, Principals principals, AccessContact contact) {
        this.caller = caller;
        this.principals = principals;
        this.contact = contact;
    }

    @SuppressWarnings("NullAway")
    protected NoRolePage() {
        this(null, null, null);
    }

    public String getWhom() {
        return contact.words().isEmpty()
                ? "Ask an owner of this server for a role."
                : "For a role, ask %s.".formatted(contact.words());
    }

    public String getId() {
        return caller.get().principal().value();
    }

    public String getName() {
        return caller.get().name();
    }

    public @Nullable String getUsername() {
        return principals.get(caller.get().principal()).username();
    }

    public List<String> getGroups() {
        return principals.groupsOf(caller.get().principal()).stream()
                .map(Principal::name)
                .limit(MOST_GROUPS)
                .toList();
    }
}
