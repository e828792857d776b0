package org.millwright.portal.shell;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import java.util.Set;
import org.millwright.access.Permission;
import org.millwright.shared.ServerSettings;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Public;

/** The frame around every page: who is signed in, which workspace, and how the reader likes it. */
@Named
@RequestScoped
@Public("the frame is also around the pages that anybody may see")
public class Shell {
    static final Set<String> THEMES = Set.of("light", "dark");

    private final CurrentCaller caller;
    private final ServerSettings settings;

    @Inject
    public Shell(CurrentCaller caller, ServerSettings settings) {
        this.caller = caller;
        this.settings = settings;
    }

    @SuppressWarnings("NullAway")
    protected Shell() {
        this(null, null);
    }

    public boolean isSignedIn() {
        return caller.isSignedIn();
    }

    public String getUser() {
        return caller.get().name();
    }

    public String getInitials() {
        return Wording.initials(getUser());
    }

    /** Whether the audit trail is of use to them. */
    public boolean isAuditor() {
        return caller.isSignedIn() && caller.get().may(Permission.AUDIT_READ, caller.workspace());
    }

    public String getWorkspace() {
        return caller.workspace().value();
    }

    /** Where clients reach the server. */
    public String getServerUrl() {
        return settings.publicUrl().toString();
    }

    /** light, dark, or auto for what the reader's system says; kept in a cookie so that no page flashes. */
    public String getTheme() {
        var chosen = cookie("millwright_theme");
        return THEMES.contains(chosen) ? chosen : "auto";
    }

    public boolean isCollapsed() {
        return cookie("millwright_sidebar").equals("collapsed");
    }

    private static String cookie(String name) {
        var cookie = FacesContext.getCurrentInstance()
                .getExternalContext()
                .getRequestCookieMap()
                .get(name);
        return cookie instanceof Cookie found ? found.getValue() : "";
    }
}
