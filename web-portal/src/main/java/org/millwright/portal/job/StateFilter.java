package org.millwright.portal.job;

import java.util.List;
import java.util.Locale;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;

/** Which runs a list shows, by how far they have come. */
public enum StateFilter {
    ALL("All", List.of()),
    ACTIVE("Active", List.of("Queued", "Preparing", "Running", "CancelRequested", "Finalizing")),
    QUEUED("Queued", List.of("Queued")),
    RUNNING("Running", List.of("Preparing", "Running", "CancelRequested", "Finalizing")),
    COMPLETED("Completed", List.of("Completed")),
    FAILED("Failed", List.of("Failed")),
    CANCELED("Canceled", List.of("Canceled"));

    private final String label;
    private final List<String> states;

    StateFilter(String label, List<String> states) {
        this.label = label;
        this.states = states;
    }

    /** What the address calls it; anything unknown shows all. */
    public static StateFilter parse(String text) {
        for (var filter : values()) {
            if (filter.getKey().equals(text)) {
                return filter;
            }
        }
        return ALL;
    }

    public String getLabel() {
        return label;
    }

    /** As it stands in the address; empty for all. */
    public String getKey() {
        return this == ALL ? "" : name().toLowerCase(Locale.ROOT);
    }

    /** The clauses of a search for such runs. */
    public List<Criterion> criteria() {
        return states.isEmpty()
                ? List.of()
                : List.of(
                        new Criterion(Criterion.Subject.ATTRIBUTE, "status", Operator.IN, List.<Object>copyOf(states)));
    }
}
