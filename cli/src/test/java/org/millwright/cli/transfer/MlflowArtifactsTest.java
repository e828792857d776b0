package org.millwright.cli.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.client.FakeServer;
import org.millwright.cli.client.FakeServer.Answer;

class MlflowArtifactsTest {
    private static final String URL = "http://mlflow.example.org:5000";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3://bucket/1/run/artifacts",
                "wasbs://container@account/1",
                "mlflow-artifacts://another.example.org/1/run/artifacts",
                "file:///etc",
                "/etc"
            })
    void files_that_this_command_does_not_read_are_refused_with_their_place(String root) {
        assertThatThrownBy(() -> artifacts(URL).root(root))
                .isInstanceOf(CommandFailed.class)
                .hasMessageStartingWith("its files are");
    }

    @Test
    void a_folder_is_read_when_it_lies_below_one_that_is_allowed() throws IOException {
        var run = Files.createDirectories(folder.resolve("1/run/artifacts/model"));
        Files.writeString(run.resolve("MLmodel"), "flavors");
        Files.createSymbolicLink(run.resolve("link"), Path.of("/etc/hostname"));
        var root = artifacts(URL).root("file://" + folder + "/1/run/artifacts");
        var found = new ArrayList<MlflowArtifacts.Found>();
        root.walk(found::add);
        assertThat(found).containsExactly(new MlflowArtifacts.Found("model/MLmodel", 7));
        assertThatThrownBy(() -> artifacts(URL).root("file://" + folder + "/../elsewhere"))
                .isInstanceOf(CommandFailed.class);
    }

    @Test
    void what_the_server_gives_out_is_listed_folder_by_folder() throws IOException {
        try (var server =
                new FakeServer(asked -> Answer.json(200, asked.query().equals("path=1/run/artifacts") ? """
                        {"files": [{"path": "a b", "is_dir": true}, {"path": "c.txt", "is_dir": false, "file_size": 3}]}""" : """
                        {"files": [{"path": "d.txt", "is_dir": false, "file_size": 4}]}"""))) {
            var found = new ArrayList<MlflowArtifacts.Found>();
            artifacts(server.url().toString())
                    .root("mlflow-artifacts:/1/run/artifacts")
                    .walk(found::add);
            assertThat(found)
                    .containsExactly(new MlflowArtifacts.Found("a b/d.txt", 4), new MlflowArtifacts.Found("c.txt", 3));
        }
    }

    private MlflowArtifacts artifacts(String url) {
        return new MlflowArtifacts(new MlflowServer(url, null, null, null), List.of(folder));
    }
}
