package org.millwright.retention;

import java.util.Arrays;
import org.millwright.shared.Refused;

/** What can lie in the bin. */
public enum DeletedKind {
    RUN("run"),
    EXPERIMENT("experiment"),
    LOGGED_MODEL("logged model"),
    MODEL("registered model"),
    MODEL_VERSION("model version");

    private final String inWords;

    DeletedKind(String inWords) {
        this.inWords = inWords;
    }

    public String inWords() {
        return inWords;
    }

    /** As it stands in addresses: {@code model-version}. */
    public String key() {
        return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }

    /** Whether it belongs to the registry, and the permissions on models decide about it. */
    public boolean isOfRegistry() {
        return this == MODEL || this == MODEL_VERSION;
    }

    /** @throws Refused with Invalid when there is no such kind */
    public static DeletedKind parse(String key) {
        return Arrays.stream(values())
                .filter(kind -> kind.key().equals(key))
                .findFirst()
                .orElseThrow(() -> Refused.invalid(
                        "kind",
                        "'%s' is not one of %s"
                                .formatted(
                                        key,
                                        Arrays.stream(values())
                                                .map(DeletedKind::key)
                                                .toList())));
    }
}
