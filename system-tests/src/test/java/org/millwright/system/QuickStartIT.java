package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.system.TrustingHttp.bearer;
import static org.millwright.system.TrustingHttp.json;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The README's section for notebooks, word for word: its shell lines in an environment that has had nothing else, and its
 * script after them. Only the versions that pip picks are held still, and {@code ./millwright} stands for the checkout's with
 * this test's server. The environment is kept between builds, like the others.
 */
@ExtendWith(RunningServer.Provider.class)
class QuickStartIT {
    private static final Pattern SECTION =
            Pattern.compile("## From a notebook\n+```\n(.*?)```\n+```python\n(.*?)```", Pattern.DOTALL);

    private static final String VERSIONS = "mlflow==3.17.2\nscikit-learn==1.7.2\n";

    private final RunningServer server;

    QuickStartIT(RunningServer server) {
        this.server = server;
    }

    @Test
    void the_lines_of_the_readme_track_a_first_model_with_nothing_but_mlflow(@TempDir Path folder) throws Exception {
        var section = SECTION.matcher(Files.readString(server.home().resolve("README.md")));
        assertThat(section.find()).as("the README's section").isTrue();
        Files.writeString(folder.resolve("notebook.py"), section.group(2));
        Files.writeString(folder.resolve("versions.txt"), VERSIONS);
        var millwright = Files.writeString(
                folder.resolve("millwright"), """
                #!/bin/sh
                exec '%s' "$@" --data '%s'
                """.formatted(server.home().resolve("millwright"), server.data()));
        assertThat(millwright.toFile().setExecutable(true)).isTrue();
        var environment = PythonEnvironment.folderOf(List.of("README", section.group(1), VERSIONS));
        var script = Files.writeString(folder.resolve("quick-start.sh"), """
                set -eu
                cd '%s'
                '%s' -m venv '%s'
                . '%s/bin/activate'
                %s
                python notebook.py
                """.formatted(
                        folder, Programs.need("python3"), environment, environment, section.group(1)));

        server.run(
                        List.of(Programs.need("bash").toString(), script.toString()),
                        Map.of("PIP_CONSTRAINT", folder.resolve("versions.txt").toString()))
                .requireSuccess();

        var experiment = get("experiments/get-by-name?experiment_name=first").at("/experiment/experiment_id");
        var runs = server.http()
                .postJson(
                        "/api/2.0/mlflow/runs/search",
                        "{\"experiment_ids\":[%s]}".formatted(experiment),
                        bearer(server.token()));
        var run = json(runs).at("/runs/0");
        assertThat(run.at("/info/status").asText()).isEqualTo("FINISHED");
        assertThat(run.at("/data/metrics").findValuesAsText("key")).contains("training_accuracy_score");
        assertThat(run.at("/outputs/model_outputs")).hasSize(1);
    }

    private JsonNode get(String path) throws Exception {
        return json(server.http().get("/api/2.0/mlflow/" + path, bearer(server.token())));
    }
}
