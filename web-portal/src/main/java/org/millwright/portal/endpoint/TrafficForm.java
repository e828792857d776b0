package org.millwright.portal.endpoint;

import java.util.LinkedHashMap;
import java.util.Map;
import org.millwright.endpoint.DeploymentName;
import org.millwright.shared.Refused;

/** Reads the shares of traffic from the fields of a form, {@code traffic:<deployment>}. */
public final class TrafficForm {
    private static final String PREFIX = "traffic:";

    private TrafficForm() {}

    /** @throws Refused with Invalid when a share is not a whole number */
    public static Map<DeploymentName, Integer> read(Map<String, String> fields) {
        var traffic = new LinkedHashMap<DeploymentName, Integer>();
        fields.forEach((field, text) -> {
            if (field.startsWith(PREFIX)) {
                var name = field.substring(PREFIX.length());
                try {
                    traffic.put(new DeploymentName(name), Integer.parseInt(text.strip()));
                } catch (NumberFormatException noNumber) {
                    throw Refused.invalid("traffic." + name, "a whole number of percent");
                }
            }
        });
        return traffic;
    }
}
