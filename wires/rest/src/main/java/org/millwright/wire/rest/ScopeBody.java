package org.millwright.wire.rest;

import java.util.Locale;
import java.util.function.Supplier;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.ResourceKind;
import org.millwright.access.Scope;
import org.millwright.access.app.Roles;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * How far a role reaches.
 *
 * @param on server, workspace, experiment, model, endpoint or compute
 * @param workspace that it is, or that the one thing is in; left out for the server
 * @param resource the name of the one thing, for an experiment its number or its name; left out for the server and a workspace
 * @param resourceName what people call it, where that is not its id; only in answers
 */
@Schema(
        name = "AccessScope",
        requiredProperties = "on",
        examples = "{\"on\": \"model\", \"workspace\": \"vision\", \"resource\": \"credit-risk\"}")
record ScopeBody(
        @Nullable String on,
        @Nullable String workspace,
        @Nullable String resource,
        @Nullable String resourceName) {
    private static final String SERVER = "server";
    private static final String WORKSPACE = "workspace";
    private static final String ONES = "server, workspace, experiment, model, endpoint or compute";

    static ScopeBody of(Scope scope, @Nullable String resourceName) {
        return switch (scope) {
            case Scope.Server() -> new ScopeBody(SERVER, null, null, null);
            case Scope.InWorkspace(var workspace) -> new ScopeBody(WORKSPACE, workspace.value(), null, null);
            case Scope.OnResource(var one) ->
                new ScopeBody(
                        one.kind().name().toLowerCase(Locale.ROOT),
                        one.workspace().value(),
                        one.id(),
                        resourceName);
        };
    }

    /**
     * @param place what stands before the fields where the caller wrote them: {@code scope.} or nothing
     * @throws Refused with Invalid, which names the field, when it is no scope, or there is no such thing
     */
    Scope read(Roles roles, Caller by, String place) {
        if (on == null) {
            throw Refused.invalid(place + "on", "is needed: one of " + ONES);
        }
        return switch (on) {
            case SERVER -> {
                requireNone(place + WORKSPACE, workspace);
                requireNone(place + "resource", resource);
                yield Scope.SERVER;
            }
            case WORKSPACE -> {
                requireNone(place + "resource", resource);
                yield there(place + WORKSPACE, () -> roles.workspace(by, workspace(place)));
            }
            default -> {
                var kind = kind(place);
                var in = workspace(place);
                var name = Bodies.needed(place + "resource", resource);
                yield Scope.on(there(place + "resource", () -> roles.resource(by, kind, in, name)));
            }
        };
    }

    private ResourceKind kind(String place) {
        for (var kind : ResourceKind.values()) {
            if (kind.name().toLowerCase(Locale.ROOT).equals(on)) {
                return kind;
            }
        }
        throw Refused.invalid(place + "on", "'%s' is not one of %s".formatted(on, ONES));
    }

    private WorkspaceName workspace(String place) {
        return new WorkspaceName(Bodies.needed(place + WORKSPACE, workspace));
    }

    private void requireNone(String field, @Nullable String value) {
        if (value != null) {
            throw Refused.invalid(field, "has no meaning on the %s".formatted(on));
        }
    }

    /** What a field names must be there. @throws Refused with Invalid, which names the field, instead of NotFound */
    static <T> T there(String field, Supplier<T> looked) {
        try {
            return looked.get();
        } catch (Refused refused) {
            throw refused.problem() instanceof Problem.NotFound
                    ? Refused.invalid(field, refused.problem().sentence())
                    : refused;
        }
    }
}
