package org.millwright.wire.azureml;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

class CloudMetadataTest {
    private final CloudMetadata metadata = new CloudMetadata("https://ml.example.test:8443");

    @Test
    void the_python_sdks_get_a_list_because_they_iterate_it() throws JsonProcessingException {
        var document = read("2019-05-01");
        assertThat(document.isArray()).isTrue();
        assertThat(document.get(0).get("resourceManager").asText()).isEqualTo("https://ml.example.test:8443/");
    }

    @Test
    void the_command_line_gets_an_object_because_it_reads_keys() throws JsonProcessingException {
        var document = read("2022-09-01");
        assertThat(document.get("name").asText()).isEqualTo("Millwright");
        assertThat(document.get("authentication").get("audiences").get(0).asText())
                .isEqualTo("https://ml.example.test:8443/");
    }

    @Test
    void older_tools_get_their_own_keys() throws JsonProcessingException {
        assertThat(read("2015-01-01").has("galleryEndpoint")).isTrue();
    }

    private JsonNode read(String version) throws JsonProcessingException {
        return new ObjectMapper().readTree(metadata.json(version));
    }
}
