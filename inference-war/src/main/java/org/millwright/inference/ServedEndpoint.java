package org.millwright.inference;

import java.util.Map;
import org.millwright.engine.DeploymentManifest;

/**
 * One endpoint as its manifest says, unchanging: a new manifest makes a new one.
 *
 * @param serving the deployments that answer, by name
 * @param failures those whose model could not be loaded, by name; one that failed to be renewed is in both
 */
record ServedEndpoint(
        DeploymentManifest manifest,
        KeyRing keys,
        TrafficSplit traffic,
        Map<String, ServedDeployment> serving,
        Map<String, Failure> failures) {

    ServedEndpoint {
        serving = Map.copyOf(serving);
        failures = Map.copyOf(failures);
    }

    /**
     * @param reason in words for the deployment's owner
     * @param files what the model's folder looked like; another look is worth another try
     */
    record Failure(String reason, String files) {}
}
