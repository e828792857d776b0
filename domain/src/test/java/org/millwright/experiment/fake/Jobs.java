package org.millwright.experiment.fake;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.compute.FailureCause;
import org.millwright.compute.JobResources;
import org.millwright.compute.JobType;
import org.millwright.compute.Tier;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.experiment.RetryPolicy;
import org.millwright.secret.SecretName;

/** Jobs for tests. */
public final class Jobs {
    public static final ContentDigest SNAPSHOT = new ContentDigest("ab".repeat(32));

    private Jobs() {}

    /** One that fills every field. */
    public static JobSpec training() {
        var inputs = new LinkedHashMap<String, JobInput>();
        inputs.put("rate", new JobInput.Literal("0.1"));
        inputs.put("data", new JobInput.Files(SNAPSHOT, "train.csv"));
        return new JobSpec(
                SNAPSHOT,
                "python train.py --rate ${{inputs.rate}} --data ${{inputs.data}} --out ${{outputs.model}}",
                new EnvironmentSpec(
                        "3.11", List.of("mlflow", "scikit-learn==1.7.2"), "registry.example/base:1", "churn:3"),
                inputs,
                List.of("model"),
                Map.of("SEED", "1"),
                Map.of(new SecretName("DATABASE_PASSWORD"), "PGPASSWORD"),
                ComputeName.LOCAL,
                new JobResources(2, 0.5, 1L << 30, 1),
                new JobType.Distributed(JobType.Framework.PYTORCH, 2),
                new RetryPolicy(
                        2,
                        Set.of(FailureCause.NODE_LOST, FailureCause.OUT_OF_MEMORY),
                        Set.of(75),
                        Duration.ofSeconds(5)),
                Tier.LOW_PRIORITY,
                Duration.ofMinutes(90),
                JobSpec.USUAL_PRIORITY);
    }

    public static JobSpec saying(String command) {
        return new JobSpec(
                null,
                command,
                new EnvironmentSpec(null, List.of()),
                Map.of(),
                List.of(),
                Map.of(),
                ComputeName.LOCAL,
                null,
                JobSpec.USUAL_PRIORITY);
    }
}
