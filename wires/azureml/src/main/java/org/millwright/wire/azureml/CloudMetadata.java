package org.millwright.wire.azureml;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What Azure's clients read first to learn where a cloud's services are; for us, all on one host.
 *
 * <p>The form depends on the version of the API that the client asks for: a list for the Python SDKs (2019-05-01), an
 * object for the command line (2022-09-01) and another object for older tools (2015-01-01).
 *
 * @see <a href="https://learn.microsoft.com/cli/azure/manage-clouds-azure-cli">Azure: register a cloud</a>
 */
final class CloudMetadata {
    /** Not one of Azure's own names: for those, clients use addresses that are built into them. */
    static final String CLOUD = "Millwright";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String host;

    /** @param publicUrl where clients reach the server, without a trailing slash */
    CloudMetadata(String publicUrl) {
        this.host = publicUrl + "/";
    }

    /** The document in the form of an API version; versions that are not known get the newest form. */
    String json(String apiVersion) {
        return write(
                switch (apiVersion) {
                    case "2019-05-01" -> List.of(cloud());
                    case "2015-01-01" -> legacy();
                    default -> cloud();
                });
    }

    private Map<String, Object> cloud() {
        var cloud = new LinkedHashMap<String, Object>();
        cloud.put("name", CLOUD);
        cloud.put("portal", "https://portal.azure.millwright");
        cloud.put("authentication", authentication());
        for (var service : List.of(
                "resourceManager",
                "graph",
                "graphAudience",
                "gallery",
                "batch",
                "sqlManagement",
                "media",
                "vmImageAliasDoc",
                "activeDirectoryDataLake",
                "microsoftGraphResourceId")) {
            cloud.put(service, host);
        }
        cloud.put(
                "suffixes",
                Map.of(
                        "storage", "millwright",
                        "keyVaultDns", "vault.millwright",
                        "acrLoginServer", "azurecr.millwright",
                        "sqlServerHostname", "database.millwright"));
        return cloud;
    }

    private Map<String, Object> legacy() {
        var cloud = new LinkedHashMap<String, Object>();
        cloud.put("galleryEndpoint", host);
        cloud.put("graphEndpoint", host);
        cloud.put("portalEndpoint", host);
        cloud.put("authentication", authentication());
        return cloud;
    }

    private Map<String, Object> authentication() {
        return Map.of("loginEndpoint", host, "audiences", List.of(host), "tenant", "common");
    }

    private static String write(Object document) {
        try {
            return JSON.writeValueAsString(document);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("Maps, lists and text are always JSON", impossible);
        }
    }
}
