package org.millwright.portal.shell;

import org.millwright.endpoint.EndpointName;
import org.millwright.experiment.RunId;
import org.millwright.monitoring.WebhookId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;

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

    public static String webhook(WebhookId webhook) {
        return "webhook.xhtml?id=" + webhook;
    }

    public static String experiment(String name) {
        return "jobs.xhtml?experiment=" + Query.encode(name);
    }
}
