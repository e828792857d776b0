package org.millwright.portal.model;

import org.millwright.registry.ModelRef;

/** Proposes names that an endpoint and a deployment may have, from what a model is called. */
public final class DeploymentNames {
    private static final int LONGEST = 32;

    private DeploymentNames() {}

    public static String endpointFor(String model) {
        var name = model.replaceAll("[^A-Za-z0-9]+", "-").replaceAll("^[^A-Za-z]+|-$", "");
        if (name.length() < 3) {
            return "endpoint";
        }
        return name.length() <= LONGEST ? name : name.substring(0, LONGEST).replaceAll("-$", "");
    }

    public static String deploymentFor(ModelRef version) {
        return "version-" + version.version();
    }
}
