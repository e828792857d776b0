package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.ResourceKind;
import org.millwright.access.Scope;
import org.millwright.access.app.Roles;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.Workspaces;

/** Where roles hold, as addresses and forms of these pages say it: the server, a workspace, or one thing in it. */
@RequestScoped
public class Places {
    /** Stands for the whole server in an address; no workspace is called so. */
    static final String SERVER = "*";

    private final Address address;
    private final CurrentCaller caller;
    private final Workspaces workspaces;
    private final Roles roles;

    @Inject
    public Places(Address address, CurrentCaller caller, Workspaces workspaces, Roles roles) {
        this.address = address;
        this.caller = caller;
        this.workspaces = workspaces;
        this.roles = roles;
    }

    @SuppressWarnings("NullAway")
    protected Places() {
        this(null, null, null, null);
    }

    /** The server or the workspace that the address is about; when it says nothing, the workspace of the studio. */
    Scope around() {
        return around(address.text("in"));
    }

    /**
     * The same, for a page that needs a permission: when the address says nothing, and the reader does not have it in the
     * workspace of the studio, a place where they do.
     */
    Scope around(Permission needed) {
        var usual = around();
        if (!address.text("in").isEmpty() || caller.get().may(needed, usual)) {
            return usual;
        }
        return where(needed).stream()
                .findFirst()
                .map(choice -> around(choice.key()))
                .orElse(usual);
    }

    /** @throws Refused with NotFound when there is no such workspace */
    Scope around(String in) {
        return in.equals(SERVER) ? Scope.SERVER : roles.workspace(caller.get(), workspace(in));
    }

    private WorkspaceName workspace(String in) {
        try {
            return in.isEmpty() ? caller.workspace() : new WorkspaceName(in);
        } catch (Refused noName) {
            throw Refused.notFound("workspace", in);
        }
    }

    /**
     * One thing in a workspace, or the workspace, or the server. Whoever may not know what there is in a workspace is told
     * nothing by it: what they name is taken to be there.
     *
     * @param kind of the thing; empty for all of the workspace
     * @param name of the thing; an experiment's number serves as well
     * @throws Refused with NotFound when there is no such thing
     */
    Scope of(String in, String kind, String name) {
        var around = around(in);
        if (kind.isEmpty()) {
            return around;
        }
        var workspace = around.workspace();
        if (workspace == null) {
            throw Refused.invalid("where", "experiments, models, endpoints and compute lie in a workspace; choose one");
        }
        return Scope.on(roles.resource(caller.get(), ResourceKind.ofName("kind", kind), workspace, named(name)));
    }

    private static String named(String name) {
        var named = name.strip();
        if (named.isEmpty()) {
            throw Refused.invalid("name", "say which one is meant");
        }
        return named;
    }

    /**
     * As a label: {@code Whole server}, {@code Workspace main}, {@code Experiment churn}.
     *
     * @param name of the one thing, where that is not its id
     */
    static String label(Scope scope, @Nullable String name) {
        return switch (scope) {
            case Scope.Server() -> "Whole server";
            case Scope.InWorkspace(var workspace) -> "Workspace " + workspace;
            case Scope.OnResource(var resource) ->
                capital(resource.kind().inWords()) + " " + (name == null ? resource.id() : name);
        };
    }

    private static String capital(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    /** The workspaces and the server, as far as the reader has the permission there. */
    List<Choice> where(Permission permission) {
        var choices = new ArrayList<Choice>();
        for (var workspace : workspaces.names()) {
            if (caller.get().may(permission, workspace)) {
                choices.add(new Choice(workspace.value(), "Workspace " + workspace));
            }
        }
        if (caller.get().mayEverywhere(permission)) {
            choices.add(new Choice(SERVER, "Whole server"));
        }
        return choices;
    }

    /** How a place of this kind stands in the address. */
    static String key(Scope scope) {
        var workspace = scope.workspace();
        return workspace == null ? SERVER : workspace.value();
    }

    /** The kinds of things that a role can be given on. */
    static List<Choice> kinds() {
        var kinds = new ArrayList<Choice>();
        kinds.add(new Choice("", "Everything there"));
        for (var kind : ResourceKind.values()) {
            kinds.add(new Choice(kind.name().toLowerCase(Locale.ROOT), "One " + kind.inWords()));
        }
        return kinds;
    }
}
