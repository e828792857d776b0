package org.millwright.adapter.oidc;

import com.nimbusds.jose.JOSEObjectType;
import java.util.HashSet;
import java.util.Set;

/** What the header of a provider's token may say that the token is. */
final class Types {
    /** {@code at+jwt} is an access token's (RFC 9068), {@code logout+jwt} that of a notice; many say nothing. */
    static final Set<JOSEObjectType> ACCEPTED = accepted();

    private Types() {}

    private static Set<JOSEObjectType> accepted() {
        var types = new HashSet<JOSEObjectType>();
        types.add(null);
        types.add(JOSEObjectType.JWT);
        types.add(new JOSEObjectType("at+jwt"));
        types.add(new JOSEObjectType("logout+jwt"));
        return types;
    }
}
