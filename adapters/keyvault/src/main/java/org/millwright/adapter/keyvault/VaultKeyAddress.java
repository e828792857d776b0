package org.millwright.adapter.keyvault;

import java.net.URI;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.secret.model.KeyId;

/**
 * A key in a vault, as Azure writes its identifier: {@code https://VAULT/keys/NAME}, perhaps with a version.
 *
 * @param version null for the newest that there is
 */
record VaultKeyAddress(
        String authority, String name, @Nullable String version) {
    private static final Pattern PATH = Pattern.compile("/keys/([A-Za-z0-9-]{1,127})(?:/([A-Za-z0-9]{1,64}))?/?");

    /** @throws IllegalStateException saying how such an identifier looks */
    static VaultKeyAddress parse(String identifier) {
        try {
            var uri = new URI(identifier.strip());
            var path = PATH.matcher(uri.getPath() == null ? "" : uri.getPath());
            if ("https".equals(uri.getScheme())
                    && uri.getHost() != null
                    && uri.getUserInfo() == null
                    && uri.getQuery() == null
                    && path.matches()) {
                return new VaultKeyAddress(uri.getAuthority(), path.group(1), path.group(2));
            }
        } catch (java.net.URISyntaxException noAddress) {
            // Worded below.
        }
        throw new IllegalStateException("%s must be like https://NAME.vault.azure.net/keys/KEY, not '%s'"
                .formatted(KeyVaultKeys.KEY, identifier));
    }

    String vaultUrl() {
        return "https://" + authority;
    }

    KeyId id(String ofVersion) {
        return new KeyId("%s/%s/%s".formatted(authority, name, ofVersion));
    }

    boolean isOwn(KeyId id) {
        return id.value().startsWith(authority + "/" + name + "/");
    }

    /** Of a key of its own. */
    String identifier(KeyId id) {
        return "%s/keys/%s/%s"
                .formatted(vaultUrl(), name, id.value().substring(id.value().lastIndexOf('/') + 1));
    }
}
