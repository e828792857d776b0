package org.millwright.portal.shell;

import java.util.HashMap;
import java.util.Locale;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.Scope;
import org.millwright.endpoint.EndpointName;
import org.millwright.experiment.RunId;
import org.millwright.monitoring.WebhookId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.schedule.ScheduleName;

/** Where things are shown, for links from one area to another; relative to the root of the studio. */
public final class Links {
    private Links() {}

    public static String run(RunId run) {
        return "run.xhtml?id=" + Query.encode(run.value());
    }

    public static String run(RunId run, String tab) {
        return run(run) + "&tab=" + tab;
    }

    public static String model(ModelName name) {
        return "model.xhtml?name=" + Query.encode(name.value());
    }

    public static String model(ModelRef version) {
        return model(version.name()) + "&version=" + version.version();
    }

    public static String endpoint(EndpointName endpoint) {
        return "endpoint.xhtml?name=" + Query.encode(endpoint.value());
    }

    public static String schedule(ScheduleName schedule) {
        return "schedule.xhtml?name=" + Query.encode(schedule.value());
    }

    public static String webhook(WebhookId webhook) {
        return "webhook.xhtml?id=" + webhook;
    }

    public static String principal(PrincipalId principal) {
        return "principal.xhtml?id=" + Query.encode(principal.value());
    }

    public static String role(String name) {
        return "role.xhtml?name=" + Query.encode(name);
    }

    /** Why somebody may do it there or not. @param who their id; empty for the reader */
    public static String why(String who, Permission permission, Scope where) {
        return "why.xhtml" + where(where).with("who", who).with("permission", permission.name());
    }

    /** How a place is said in an address. */
    public static Query where(Scope where) {
        var parameters = new HashMap<String, String>();
        switch (where) {
            case Scope.Server() -> parameters.put("in", "*");
            case Scope.InWorkspace(var workspace) -> parameters.put("in", workspace.value());
            case Scope.OnResource(var resource) -> {
                parameters.put("in", resource.workspace().value());
                parameters.put("kind", resource.kind().name().toLowerCase(Locale.ROOT));
                parameters.put("resource", resource.id());
            }
        }
        return new Query(parameters);
    }

    public static String service(PrincipalId service) {
        return "service-principal.xhtml?id=" + Query.encode(service.value());
    }

    public static String experiment(String name) {
        return "jobs.xhtml?experiment=" + Query.encode(name);
    }
}
