package org.millwright.registry.model;

import java.time.Instant;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import org.millwright.access.PrincipalId;
import org.millwright.registry.ModelName;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/**
 * Who must agree before a version of a model takes a stage or an alias. While there is one, the place changes hands by an
 * approved request or a roll back only.
 *
 * @param needed how many must approve
 * @param approvers whose approvals count; empty for everybody who may approve in the workspace
 */
public record ApprovalPolicy(
        WorkspaceName workspace,
        ModelName model,
        Target target,
        int needed,
        Set<PrincipalId> approvers,
        PrincipalId changedBy,
        Instant changedAt) {
    private static final int MOST = 20;

    public ApprovalPolicy {
        approvers = Set.copyOf(approvers);
        if (needed < 1 || needed > MOST) {
            throw Refused.invalid("needed", "1 to %d approvals".formatted(MOST));
        }
        if (approvers.size() > MOST) {
            throw Refused.invalid("approvers", "at most %d".formatted(MOST));
        }
        if (!approvers.isEmpty() && approvers.size() < needed) {
            throw Refused.invalid(
                    "approvers", "%d approvals cannot come from %d approvers".formatted(needed, approvers.size()));
        }
    }

    /** Whether this person's approval counts, if they are neither the version's author nor the one who asks. */
    public boolean counts(PrincipalId who) {
        return approvers.isEmpty() || approvers.contains(who);
    }

    /** Such as "2 of ada, bob and eve must approve". */
    public String inWords() {
        return approvers.isEmpty()
                ? "%d of those who may approve models must approve".formatted(needed)
                : "%d of %s must approve"
                        .formatted(
                                needed,
                                approvers.stream()
                                        .map(PrincipalId::value)
                                        .sorted(Comparator.naturalOrder())
                                        .collect(Collectors.joining(", ")));
    }
}
