package org.millwright.endpoint.model;

import java.time.Instant;

/** How far a deployment has come. The labels are Azure ML's provisioning states. */
public sealed interface DeploymentState {

    /** Its model is being laid out and loaded. */
    record Creating() implements DeploymentState {}

    /** It answers, when traffic or a header leads to it. */
    record Succeeded(Instant at) implements DeploymentState {}

    /** It could not be brought up. @param reason one sentence for its owner */
    record Failed(Instant at, String reason) implements DeploymentState {}

    default String label() {
        return getClass().getSimpleName();
    }
}
