package org.millwright.registry.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.PrincipalId;
import org.millwright.registry.ModelRef;
import org.millwright.registry.PromotionDecided;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.PromotionRequested;
import org.millwright.shared.Change;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * A promotion that waits for others to agree.
 *
 * <p>It is asked for, collects approvals, and ends: promoted with the last approval that is needed, rejected by the first
 * who says no, or withdrawn by who asked. Neither who asked nor the version's author counts. How many and whose approvals
 * are needed is what the policy says at the time of each decision, so a policy that was made stricter holds at once.
 *
 * @param version that is to be promoted
 * @param author of the version; null when nobody knows
 */
public record PromotionRequest(
        PromotionRequestId id,
        WorkspaceName workspace,
        ModelRef version,
        Target target,
        PrincipalId requester,
        @Nullable PrincipalId author,
        String comment,
        Instant createdAt,
        List<Vote> votes,
        State state,
        Revision revision) {
    private static final int LONGEST_COMMENT = 2000;

    public PromotionRequest {
        votes = List.copyOf(votes);
    }

    /** What one person said. */
    public record Vote(PrincipalId by, boolean approved, String comment, Instant at) {}

    /** Where a request stands. */
    public sealed interface State {
        record Open() implements State {}

        record Promoted(Instant at) implements State {}

        record Rejected(Instant at) implements State {}

        record Withdrawn(Instant at) implements State {}

        default String label() {
            return getClass().getSimpleName();
        }
    }

    public static Change<PromotionRequest> ask(
            PromotionRequestId id,
            ModelVersion version,
            Target target,
            PrincipalId requester,
            String comment,
            Instant now) {
        var request = new PromotionRequest(
                id,
                version.workspace(),
                version.id(),
                target,
                requester,
                version.author(),
                requireComment(comment),
                now,
                List.of(),
                new State.Open(),
                Revision.UNSAVED);
        return Change.of(
                request, new PromotionRequested(version.workspace(), version.id(), target.label(), id, requester, now));
    }

    public boolean isOpen() {
        return state instanceof State.Open;
    }

    /** Why this person's approval does not count; null when it does. @param policy null when there is none any more */
    public @Nullable String objection(PrincipalId who, @Nullable ApprovalPolicy policy) {
        if (who.equals(requester)) {
            return "who asks for a promotion does not approve it";
        }
        if (who.equals(author)) {
            return "the author of a version does not approve its promotion";
        }
        return policy == null || policy.counts(who)
                ? null
                : "the policy of %s counts the approvals of others".formatted(target.label());
    }

    /** Whether somebody's word is still waited for. */
    public boolean waitsFor(PrincipalId who, @Nullable ApprovalPolicy policy) {
        return isOpen()
                && objection(who, policy) == null
                && votes.stream().noneMatch(vote -> vote.by().equals(who));
    }

    /** Approvals that count now. */
    public int approvals(@Nullable ApprovalPolicy policy) {
        return (int) votes.stream()
                .filter(vote -> vote.approved() && objection(vote.by(), policy) == null)
                .count();
    }

    /** @return whether there are as many as the policy wants; without a policy one is enough */
    public boolean isApproved(@Nullable ApprovalPolicy policy) {
        return approvals(policy) >= (policy == null ? 1 : policy.needed());
    }

    /** Says yes; with the last yes that is needed it is promoted. Again changes nothing. */
    public Change<PromotionRequest> approve(PrincipalId by, String said, @Nullable ApprovalPolicy policy, Instant now) {
        requireOpen("approve");
        requireCounted(by, policy, "approve");
        if (votes.stream().anyMatch(vote -> vote.by().equals(by))) {
            return isApproved(policy) ? promoted(now) : Change.none(this);
        }
        var next = with(added(new Vote(by, true, requireComment(said), now)), state);
        next = next.isApproved(policy) ? next.with(next.votes, new State.Promoted(now)) : next;
        return Change.of(next, next.decided("APPROVED", by, now));
    }

    /** Says no, which ends it: who asked may change the version or ask again. */
    public Change<PromotionRequest> reject(PrincipalId by, String said, @Nullable ApprovalPolicy policy, Instant now) {
        requireOpen("reject");
        requireCounted(by, policy, "reject");
        var next = with(added(new Vote(by, false, requireComment(said), now)), new State.Rejected(now));
        return Change.of(next, next.decided("REJECTED", by, now));
    }

    public Change<PromotionRequest> withdraw(PrincipalId by, Instant now) {
        requireOpen("withdraw");
        if (!by.equals(requester)) {
            throw forbidden("withdraw", "only who asked, '%s', may".formatted(requester));
        }
        var next = with(votes, new State.Withdrawn(now));
        return Change.of(next, next.decided("WITHDRAWN", by, now));
    }

    /** The approvals are there already, because the policy asks for fewer than before. */
    public Change<PromotionRequest> promoted(Instant now) {
        requireOpen("promote");
        return Change.of(with(votes, new State.Promoted(now)));
    }

    private List<Vote> added(Vote vote) {
        var all = new ArrayList<>(votes.stream()
                .filter(earlier -> !earlier.by().equals(vote.by()))
                .toList());
        all.add(vote);
        return all;
    }

    private PromotionDecided decided(String decision, PrincipalId by, Instant now) {
        return new PromotionDecided(workspace, version, target.label(), id, decision, isOpen(), by, now);
    }

    private PromotionRequest with(List<Vote> newVotes, State newState) {
        return new PromotionRequest(
                id, workspace, version, target, requester, author, comment, createdAt, newVotes, newState, revision);
    }

    private void requireOpen(String action) {
        if (!isOpen()) {
            throw new Refused(new Problem.WrongState("promotion request", id.toString(), state.label(), action));
        }
    }

    private void requireCounted(PrincipalId by, @Nullable ApprovalPolicy policy, String action) {
        var objection = objection(by, policy);
        if (objection != null) {
            throw forbidden(action, objection);
        }
    }

    private Refused forbidden(String action, String reason) {
        return new Refused(new Problem.Forbidden(
                "%s the promotion of %s to %s".formatted(action, version, target.label()), reason));
    }

    static String requireComment(String comment) {
        if (comment.length() > LONGEST_COMMENT) {
            throw Refused.invalid("comment", "at most %d characters".formatted(LONGEST_COMMENT));
        }
        return comment;
    }
}
