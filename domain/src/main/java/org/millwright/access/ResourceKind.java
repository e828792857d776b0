package org.millwright.access;

import java.util.Locale;
import org.millwright.shared.Refused;

/** What a role may be given on, one by one, below a workspace. A run belongs to its experiment, a deployment to its endpoint. */
public enum ResourceKind {
    /** Named by its number. */
    EXPERIMENT,
    /** A registered model with all its versions; named by its name. */
    MODEL,
    /** Named by its name. */
    ENDPOINT,
    /** Named by its name. */
    COMPUTE;

    /** What reading one needs. */
    public Permission read() {
        return switch (this) {
            case EXPERIMENT -> Permission.EXPERIMENT_READ;
            case MODEL -> Permission.MODEL_READ;
            case ENDPOINT -> Permission.ENDPOINT_READ;
            case COMPUTE -> Permission.COMPUTE_READ;
        };
    }

    /** As in a sentence. */
    public String inWords() {
        return this == COMPUTE ? "compute target" : name().toLowerCase(Locale.ROOT);
    }

    /** @throws Refused with Invalid when there is none of that name */
    public static ResourceKind ofName(String field, String name) {
        for (var kind : values()) {
            if (kind.name().equalsIgnoreCase(name)) {
                return kind;
            }
        }
        throw Refused.invalid(field, "experiment, model, endpoint or compute");
    }
}
