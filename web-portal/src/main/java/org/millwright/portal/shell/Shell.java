package org.millwright.portal.shell;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import jakarta.servlet.http.Cookie;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrace;
import org.millwright.access.Permission;
import org.millwright.shared.Problem;
import org.millwright.shared.ServerSettings;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Public;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.Workspaces;
import org.millwright.workspace.model.Workspace;

/** The frame around every page: who is signed in, which workspace, and how the reader likes it. */
@Named
@RequestScoped
@Public("the frame is also around the pages that anybody may see")
public class Shell {
    static final Set<String> THEMES = Set.of("light", "dark");

    private final CurrentCaller caller;
    private final ServerSettings settings;
    private final Workspaces workspaces;
    private @Nullable List<String> others;

    @Inject
    public Shell(CurrentCaller caller, ServerSettings settings, Workspaces workspaces) {
        this.caller = caller;
        this.settings = settings;
        this.workspaces = workspaces;
    }

    @SuppressWarnings("NullAway")
    protected Shell() {
        this(null, null, null);
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

    /** The pages that they may see. */
    public List<Navigation.Section> getNavigation() {
        return Navigation.of(caller.get(), caller.workspace());
    }

    /** Where it is said why the reader was just refused; empty when they were not. */
    public String getWhy() {
        return AuditTrace.current()
                .filter(trace -> trace.problem().orElse(null) instanceof Problem.Forbidden)
                .flatMap(AuditTrace::lack)
                .map(lack -> Links.why("", lack.permission(), lack.scope()))
                .orElse("");
    }

    /** The other workspaces that they hold a role in, by name. */
    public List<String> getOthers() {
        if (others == null) {
            others = !caller.isSignedIn()
                    ? List.of()
                    : workspaces.list().stream()
                            .map(Workspace::name)
                            .filter(name -> !name.equals(caller.workspace())
                                    && caller.get().maySomewhereIn(Permission.WORKSPACE_READ, name))
                            .map(WorkspaceName::value)
                            .sorted()
                            .toList();
        }
        return others;
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
