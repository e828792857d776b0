package org.millwright.endpoint.model;

import java.time.Duration;
import java.time.Instant;
import org.millwright.endpoint.DeploymentName;
import org.millwright.registry.ModelRef;
import org.millwright.shared.Refused;

/**
 * One model version that an endpoint can answer with.
 *
 * @param maxConcurrentRequests above which requests are refused with "try again"
 * @param requestTimeout after which a request is given up
 * @param takesAllTraffic whether it gets all traffic as soon as it answers
 */
public record Deployment(
        DeploymentName name,
        ModelRef model,
        int maxConcurrentRequests,
        Duration requestTimeout,
        boolean takesAllTraffic,
        DeploymentState state,
        Instant createdAt) {
    private static final Duration LONGEST_TIMEOUT = Duration.ofSeconds(180);

    public static final int USUAL_CONCURRENCY = 64;
    public static final Duration USUAL_TIMEOUT = Duration.ofSeconds(5);

    public Deployment {
        if (maxConcurrentRequests < 1 || maxConcurrentRequests > 10_000) {
            throw Refused.invalid("request_settings.max_concurrent_requests_per_instance", "1 to 10000");
        }
        if (!requestTimeout.isPositive() || requestTimeout.compareTo(LONGEST_TIMEOUT) > 0) {
            throw Refused.invalid("request_settings.request_timeout_ms", "1 to 180000");
        }
    }

    public boolean isServing() {
        return state instanceof DeploymentState.Succeeded;
    }

    public Deployment become(DeploymentState next) {
        return new Deployment(name, model, maxConcurrentRequests, requestTimeout, takesAllTraffic, next, createdAt);
    }
}
