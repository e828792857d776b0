package org.millwright.wire.rest;

import jakarta.ws.rs.BeanParam;
import jakarta.ws.rs.QueryParam;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Caller;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Scope;
import org.millwright.access.app.AccessQuestions;
import org.millwright.access.app.Roles;
import org.millwright.shared.Refused;
import org.millwright.wire.http.Extent;

/** What somebody asks: whether a permission, or that of an operation of this API, is held somewhere. */
public class AccessAsked {
    /** By its name: {@code MODEL_WRITE}. Either this or an operation. */
    @QueryParam("permission")
    @Nullable
    String permission;

    /** By its id in this description: {@code jobs.submit}. One that is about the whole server is asked about there. */
    @QueryParam("operation")
    @Nullable
    String operation;

    @BeanParam
    ScopeFilters scope = new ScopeFilters();

    private record Needed(Permission permission, Extent extent) {}

    WhyBody answer(AccessQuestions questions, Roles roles, Caller by, PrincipalId about) {
        if ((permission == null) == (operation == null)) {
            throw Refused.invalid("permission", "either a permission or an operation is needed");
        }
        var asked = scope.read(roles, by);
        if (permission != null) {
            return WhyBody.of(questions.why(by, about, permission("permission", permission), needed(asked)));
        }
        var needed = Operations.KNOWN.get(operation);
        if (needed == null) {
            throw Refused.invalid("operation", "'%s' is none of this API that takes a permission".formatted(operation));
        }
        return WhyBody.of(questions.why(
                by, about, needed.permission(), needed.extent() == Extent.SERVER ? Scope.SERVER : needed(asked)));
    }

    private static Scope needed(@Nullable Scope asked) {
        if (asked == null) {
            throw Refused.invalid("on", "is needed: server, workspace, experiment, model, endpoint or compute");
        }
        return asked;
    }

    static Permission permission(String field, String name) {
        for (var permission : Permission.values()) {
            if (permission.name().equals(name)) {
                return permission;
            }
        }
        throw Refused.invalid(field, "'%s' is none: GET /api/v1/permissions lists them".formatted(name));
    }

    /** Of this API, by their ids, from its own description. */
    private static final class Operations {
        static final Map<String, Needed> KNOWN = read();

        private static Map<String, Needed> read() {
            var known = new TreeMap<String, Needed>();
            try (var json = AccessAsked.class.getResourceAsStream("openapi.json")) {
                for (var path : RestJson.MAPPER.readTree(json).path("paths")) {
                    for (var operation : path) {
                        var permission =
                                operation.path("x-millwright-permission").asText();
                        if (!permission.isEmpty()) {
                            known.put(
                                    operation.path("operationId").asText(),
                                    new Needed(
                                            Permission.valueOf(permission),
                                            Extent.valueOf(operation
                                                    .path("x-millwright-permission-on")
                                                    .asText()
                                                    .toUpperCase(Locale.ROOT))));
                        }
                    }
                }
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
            return known;
        }
    }
}
