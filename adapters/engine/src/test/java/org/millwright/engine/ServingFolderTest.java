package org.millwright.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServingFolderTest {
    private static final String DIGEST = "ab".repeat(32);

    @TempDir
    Path temporary;

    ServingFolder folder;

    @BeforeEach
    void open() {
        folder = new ServingFolder(temporary.resolve("serving"));
    }

    private static DeploymentManifest manifest() {
        return new DeploymentManifest(
                "main",
                "iris",
                7,
                List.of(DIGEST),
                Map.of("blue", 90, "green", 10),
                List.of(deployment("blue", "1"), deployment("green", "2")));
    }

    private static DeploymentManifest.Deployment deployment(String name, String version) {
        return new DeploymentManifest.Deployment(
                name,
                new DeploymentManifest.Model("iris", version),
                ServingFolder.modelPath("main", "iris", version),
                4,
                5_000,
                1_000_000);
    }

    @Test
    void a_manifest_comes_back_as_it_was_written() {
        folder.writeManifest(manifest());

        assertThat(folder.readManifest("main", "iris")).contains(manifest());
        assertThat(folder.manifests())
                .containsExactly(new ServingFolder.ManifestFile.Readable("main.iris", manifest()));
    }

    @Test
    void the_form_of_a_manifest_is_a_contract() throws IOException {
        folder.writeManifest(new DeploymentManifest(
                "main", "iris", 7, List.of(DIGEST), Map.of("blue", 100), List.of(deployment("blue", "1"))));

        assertThat(folder.manifestFolder().resolve("main.iris.json")).hasContent("""
                {
                  "schema" : 1,
                  "workspace" : "main",
                  "endpoint" : "iris",
                  "revision" : 7,
                  "keyDigests" : [ "%s" ],
                  "traffic" : {
                    "blue" : 100
                  },
                  "deployments" : [ {
                    "name" : "blue",
                    "model" : {
                      "name" : "iris",
                      "version" : "1"
                    },
                    "path" : "models/main/iris/1",
                    "maxConcurrentRequests" : 4,
                    "requestTimeoutMillis" : 5000,
                    "maxRequestBytes" : 1000000
                  } ]
                }""".formatted(DIGEST));
    }

    @Test
    void the_form_of_a_status_is_a_contract() {
        var status = DeploymentStatus.ready(
                7,
                null,
                List.of(new TensorSpec("X", Datatype.FP32, List.of(-1L, 4L))),
                List.of(new TensorSpec("label", Datatype.INT64, List.of(-1L))),
                Instant.parse("2026-01-02T03:04:05Z"));
        folder.writeStatus("main", "iris", "blue", status);

        assertThat(folder.statusFolder().resolve("main.iris.blue.json")).hasContent("""
                {
                  "revision" : 7,
                  "state" : "READY",
                  "reason" : null,
                  "inputs" : [ {
                    "name" : "X",
                    "datatype" : "FP32",
                    "shape" : [ -1, 4 ]
                  } ],
                  "outputs" : [ {
                    "name" : "label",
                    "datatype" : "INT64",
                    "shape" : [ -1 ]
                  } ],
                  "at" : "2026-01-02T03:04:05Z"
                }""");
        assertThat(folder.readStatus("main", "iris", "blue")).contains(status);
    }

    @Test
    void what_is_not_there_is_absent_and_not_an_error() {
        assertThat(folder.manifests()).isEmpty();
        assertThat(folder.readManifest("main", "iris")).isEmpty();
        assertThat(folder.readStatus("main", "iris", "blue")).isEmpty();
        assertThat(folder.removeManifest("main", "iris")).isFalse();
        assertThat(folder.removeStatus("main", "iris", "blue")).isFalse();
    }

    @Test
    void a_withdrawn_manifest_is_gone() {
        folder.writeManifest(manifest());

        assertThat(folder.removeManifest("main", "iris")).isTrue();
        assertThat(folder.manifests()).isEmpty();
    }

    @Test
    void nothing_else_stays_behind_after_writing() throws IOException {
        folder.writeManifest(manifest());
        folder.writeManifest(manifest());

        try (var files = Files.list(folder.manifestFolder())) {
            assertThat(files).extracting(file -> file.getFileName().toString()).containsExactly("main.iris.json");
        }
    }

    @Test
    void fields_of_a_later_version_are_passed_over() throws IOException {
        folder.writeManifest(manifest());
        var file = folder.manifestFolder().resolve("main.iris.json");
        Files.writeString(file, Files.readString(file).replace("\"schema\" : 1", "\"schema\" : 1, \"mirror\" : {}"));

        assertThat(folder.readManifest("main", "iris")).contains(manifest());
    }

    @ParameterizedTest(name = "{0} -> {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "schema" : 1                | "schema" : 2                 | schema is 2; this version reads 1
            "revision" : 7              | "revision" : "x"             | (line 5, column
            "revision" : 7,             | "revision" : 7               | (line 6, column
            "blue" : 90                 | "blue" : 91                  | traffic adds up to 101 instead of 100 (or 0)
            "blue" : 90                 | "black" : 90                 | traffic names 'black', which is not deployed
            "blue" : 90                 | "blue" : null                | traffic is missing or has an empty entry
            "traffic"                   | "raffic"                     | traffic is missing
            "name" : "green"            | "name" : "blue"              | deployments has 'blue' twice
            "name" : "green"            | "name" : "../x"              | deployments.name must be letters
            models/main/iris/2          | ../../etc                    | deployments.path must be relative
            models/main/iris/2          | /etc                         | deployments.path must be relative
            "endpoint" : "iris"         | "endpoint" : "rose"          | it speaks of 'main.rose'
            abababab                    | zz                           | keyDigests must be SHA-256 digests
            """)
    void a_damaged_manifest_is_reported_with_its_fault(String sound, String damaged, String reason) throws IOException {
        folder.writeManifest(manifest());
        var file = folder.manifestFolder().resolve("main.iris.json");
        Files.writeString(file, Files.readString(file).replace(sound, damaged));

        var found = folder.manifests().getFirst();

        assertThat(found).isInstanceOfSatisfying(ServingFolder.ManifestFile.Unreadable.class, unreadable -> assertThat(
                        unreadable.reason())
                .contains(reason));
    }

    @Test
    void half_a_manifest_is_reported() throws IOException {
        folder.writeManifest(manifest());
        var file = folder.manifestFolder().resolve("main.iris.json");
        Files.writeString(file, Files.readString(file).substring(0, 100));

        assertThat(folder.manifests().getFirst()).isInstanceOf(ServingFolder.ManifestFile.Unreadable.class);
        assertThatThrownBy(() -> folder.readManifest("main", "iris")).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void no_name_leads_out_of_the_folder() {
        assertThatThrownBy(() -> folder.readManifest("..", "iris")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ServingFolder.modelPath("main", "..", "1"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> folder.resolve("../other")).isInstanceOf(IllegalArgumentException.class);
    }
}
