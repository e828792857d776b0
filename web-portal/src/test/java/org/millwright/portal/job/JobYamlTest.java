package org.millwright.portal.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.millwright.compute.ComputeName;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.JobInput;
import org.millwright.experiment.JobSpec;
import org.millwright.secret.SecretName;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

class JobYamlTest {

    @Test
    void what_is_written_reads_as_the_same_job() {
        var job = new JobSpec(
                new ContentDigest("a".repeat(64)),
                "python train.py --rate ${{inputs.rate}}\necho \"done: yes\"",
                new EnvironmentSpec("3.11", List.of("scikit-learn==1.5.2", "mlflow>=3,<4")),
                Map.of("rate", new JobInput.Literal("0.05")),
                List.of("model"),
                Map.of("MODE", "on", "TEXT", "a \"b\" # c"),
                Map.of(new SecretName("DATABASE_PASSWORD"), "PGPASSWORD"),
                ComputeName.LOCAL,
                Duration.ofMinutes(10),
                JobSpec.USUAL_PRIORITY);

        var yaml = (Map<?, ?>)
                new Load(LoadSettings.builder().build()).loadFromString(JobYaml.of(job, "first: try", "breast-cancer"));

        assertThat(yaml.get("type")).isEqualTo("command");
        assertThat(yaml.get("display_name")).isEqualTo("first: try");
        assertThat(yaml.get("experiment_name")).isEqualTo("breast-cancer");
        assertThat(yaml.get("command")).isEqualTo(job.command());
        assertThat(yaml.get("inputs")).isEqualTo(Map.of("rate", "0.05"));
        assertThat(yaml.get("outputs")).isEqualTo(Map.of("model", Map.of("type", "uri_folder")));
        assertThat(yaml.get("environment_variables")).isEqualTo(Map.of("MODE", "on", "TEXT", "a \"b\" # c"));
        assertThat(yaml.get("secrets")).isEqualTo(Map.of("DATABASE_PASSWORD", "PGPASSWORD"));
        assertThat(yaml.get("limits")).isEqualTo(Map.of("timeout", 600));
        assertThat(yaml.get("compute")).isEqualTo("azureml:local");
        assertThat(yaml.get("environment"))
                .isEqualTo(Map.of(
                        "conda_file",
                        Map.of(
                                "dependencies",
                                List.of(
                                        "python=3.11",
                                        Map.of("pip", List.of("scikit-learn==1.5.2", "mlflow>=3,<4"))))));
    }

    @Test
    void a_registered_environment_is_named_and_not_written_out() {
        var job = new JobSpec(
                null,
                "python train.py",
                new EnvironmentSpec(null, List.of("numpy==2.3.5"), null, "numbers:3"),
                Map.of(),
                List.of(),
                Map.of(),
                ComputeName.LOCAL,
                null,
                JobSpec.USUAL_PRIORITY);

        assertThat(JobYaml.of(job, "name", "experiment"))
                .contains("environment: \"azureml:numbers:3\"\n")
                .doesNotContain("numpy");
    }
}
