package org.millwright.access;

import java.util.regex.Pattern;
import org.millwright.shared.Names;

/** Names a person or a service for life: {@code admin}, or what the identity provider calls them. */
public record PrincipalId(String value) {
    private static final Pattern FORM = Pattern.compile("[\\p{Graph}&&[^/]]{1,255}");

    /** The administrator that every server has from its first start. */
    public static final PrincipalId LOCAL_ADMINISTRATOR = new PrincipalId("admin");

    public PrincipalId {
        Names.require("principal", value, FORM, "1 to 255 visible characters without '/'");
    }

    @Override
    public String toString() {
        return value;
    }
}
