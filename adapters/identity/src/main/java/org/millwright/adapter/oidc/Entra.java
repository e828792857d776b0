package org.millwright.adapter.oidc;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where Microsoft Entra ID departs from the standard: an authority for several tenants publishes an issuer with a place-holder,
 * and tokens of version 1 name another issuer than those of version 2.
 *
 * @see <a href="https://learn.microsoft.com/entra/identity-platform/access-tokens#validate-the-issuer">Validate the issuer</a>
 */
final class Entra {
    static final String TENANT_PLACE = "{tenantid}";

    private static final Set<String> HOSTS = Set.of(
            "login.microsoftonline.com",
            "login.microsoftonline.us",
            "login.partner.microsoftonline.cn",
            "sts.windows.net");
    private static final Set<String> SEVERAL_TENANTS = Set.of("common", "organizations", "consumers");
    private static final Pattern TENANT = Pattern.compile("[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}");
    private static final String V1_ISSUER = "https://sts.windows.net/%s/";

    private Entra() {}

    static boolean isAuthority(URI issuer) {
        return issuer.getHost() != null && HOSTS.contains(issuer.getHost());
    }

    /** Whether the authority signs people in whose tenants it does not name. */
    static boolean isForSeveralTenants(URI issuer) {
        return SEVERAL_TENANTS.contains(firstSegment(issuer));
    }

    static boolean isTenant(String text) {
        return TENANT.matcher(text).matches();
    }

    /** Whether the issuer that the authority publishes is the one that was asked. */
    static boolean speaksFor(URI authority, String published) {
        var tenant = isForSeveralTenants(authority) ? TENANT_PLACE : firstSegment(authority);
        return published.equals(V1_ISSUER.formatted(tenant)) || published.equals(v2Issuer(authority, tenant));
    }

    /** What a token of the authority may name as its issuer; {@link #TENANT_PLACE} stands for the token's own tenant. */
    static List<String> issuers(URI authority, String published) {
        var tenant = isForSeveralTenants(authority) ? TENANT_PLACE : firstSegment(authority);
        // An authority by a domain's name publishes the tenant's id.
        var id = isTenant(tenant) || tenant.equals(TENANT_PLACE) ? tenant : tenantIn(published);
        return List.of(V1_ISSUER.formatted(id), v2Issuer(authority, id));
    }

    /** Whether a token that names this issuer may be one of the provider's. */
    static boolean mayHaveIssued(ProviderSettings settings, String issuer) {
        URI address;
        try {
            address = new URI(issuer);
        } catch (URISyntaxException noAddress) {
            return false;
        }
        if (!isAuthority(address)) {
            return false;
        }
        var tenant = firstSegment(address);
        var own = firstSegment(settings.issuer());
        // A domain's name does not tell the tenant's id; verifying does.
        return isForSeveralTenants(settings.issuer())
                ? settings.tenants().contains(tenant)
                : !isTenant(own) || own.equals(tenant);
    }

    private static String v2Issuer(URI authority, String tenant) {
        var host = "sts.windows.net".equals(authority.getHost()) ? "login.microsoftonline.com" : authority.getHost();
        return "https://%s/%s/v2.0".formatted(host, tenant);
    }

    private static String tenantIn(String issuer) {
        return firstSegment(URI.create(issuer));
    }

    private static String firstSegment(URI address) {
        var path = address.getPath();
        var segments = path == null ? new String[0] : path.split("/");
        return segments.length > 1 ? segments[1] : "";
    }
}
