package org.millwright.cli.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EndpointReaderTest {
    @TempDir
    Path folder;

    private final Problems problems = new Problems();

    @Test
    void a_deployment_is_read() throws IOException {
        var deployment = EndpointReader.deployment(file("""
                $schema: x
                name: blue
                endpoint_name: churn
                model: azureml:churn:3
                instance_type: Standard_DS3_v2
                instance_count: 1
                request_settings: {request_timeout_ms: 900, max_concurrent_requests_per_instance: 4}
                """), problems);
        assertThat(deployment).contains(new DeploymentDefinition("blue", "churn", "churn:3", 4, 900));
        assertThat(problems.remarks()).hasSize(1);
    }

    @Test
    void what_a_deployment_cannot_have_is_named() throws IOException {
        EndpointReader.deployment(
                file("name: blue\nendpoint_name: churn\nmodel: churn\ncode_configuration: {code: src}\n"), problems);
        assertThatThrownBy(problems::refuseIfAny)
                .hasFieldOrPropertyWithValue("advice", """
                        %1$s:3:8: 'churn' is not a model such as azureml:NAME:1 or azureml:NAME@latest
                        %1$s:4:1: 'code_configuration' is not supported: only ONNX models are served, and they need no scoring script""".formatted(folder.resolve("x.yml")));
    }

    @Test
    void an_endpoint_takes_keys_only() throws IOException {
        EndpointReader.endpoint(file("name: churn\nauth_mode: aml_token\n"), problems);
        assertThatThrownBy(problems::refuseIfAny)
                .hasMessageEndingWith("x.yml:2:12: auth_mode 'aml_token' is not supported; 'key' is");
    }

    private Path file(String text) throws IOException {
        return Files.writeString(folder.resolve("x.yml"), text);
    }
}
