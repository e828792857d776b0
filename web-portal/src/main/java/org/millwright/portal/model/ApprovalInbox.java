package org.millwright.portal.model;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.StateChip;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.app.Promotions;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.registry.model.PromotionRequest.State;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Promotions that wait for the reader's word, and the reader's answer. */
@Named
@RequestScoped
@Requires(Permission.MODEL_READ)
public class ApprovalInbox {
    private final Address address;
    private final CurrentCaller caller;
    private final Promotions promotions;
    private final Notices notices;
    private @Nullable List<Waiting> waiting;
    private String comment = "";

    @Inject
    public ApprovalInbox(Address address, CurrentCaller caller, Promotions promotions, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.promotions = promotions;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected ApprovalInbox() {
        this(null, null, null, null);
    }

    /**
     * One request as pages show it.
     *
     * @param approvals such as "1 of 2 approvals"
     * @param mine whether it waits for the reader
     * @param own whether the reader asked
     */
    public record Waiting(
            String id,
            String version,
            String link,
            String target,
            StateChip state,
            String requester,
            String comment,
            Instant createdAt,
            String approvals,
            String policy,
            boolean open,
            boolean mine,
            boolean own,
            List<Voice> voices) {}

    /** What one person said. */
    public record Voice(String by, boolean approved, String comment, Instant at) {}

    static Waiting of(Promotions.Asked asked, CurrentCaller caller) {
        PromotionRequest request = asked.request();
        var policy = asked.policy();
        var me = caller.get().principal();
        return new Waiting(
                request.id().toString(),
                request.version().toString(),
                Links.model(request.version()),
                request.target().label(),
                chip(request.state()),
                request.requester().value(),
                request.comment(),
                request.createdAt(),
                "%d of %d approvals".formatted(request.approvals(policy), policy == null ? 1 : policy.needed()),
                policy == null ? "" : policy.inWords(),
                request.isOpen(),
                Promotions.mayDecide(caller.get(), request) && request.waitsFor(me, policy),
                request.isOpen() && request.requester().equals(me),
                request.votes().stream()
                        .map(vote -> new Voice(vote.by().value(), vote.approved(), vote.comment(), vote.at()))
                        .toList());
    }

    private static StateChip chip(State state) {
        return switch (state) {
            case State.Open _ -> new StateChip("Waiting", "waiting", "pi-clock");
            case State.Promoted _ -> new StateChip("Promoted", "good", "pi-check-circle");
            case State.Rejected _ -> new StateChip("Rejected", "bad", "pi-times-circle");
            case State.Withdrawn _ -> new StateChip("Withdrawn", "quiet", "pi-ban");
        };
    }

    /** Of the models that the reader may see, which may be none. */
    @Requires(Permission.WORKSPACE_READ)
    public List<Waiting> getWaiting() {
        if (waiting == null) {
            waiting = promotions.waitingFor(caller.workspace(), caller.get()).stream()
                    .map(asked -> of(asked, caller))
                    .toList();
        }
        return waiting;
    }

    @Requires(Permission.MODEL_APPROVE)
    public void approve() {
        notices.attempt(
                () -> promotions.approve(
                        caller.workspace(), chosen(), caller.get().principal(), comment.strip()),
                "Approved");
        waiting = null;
    }

    @Requires(Permission.MODEL_APPROVE)
    public void reject() {
        notices.attempt(
                () -> promotions.reject(
                        caller.workspace(), chosen(), caller.get().principal(), comment.strip()),
                "Rejected; who asked may ask again");
        waiting = null;
    }

    @Requires(Permission.MODEL_WRITE)
    public void withdraw() {
        notices.attempt(
                () -> promotions.withdraw(
                        caller.workspace(), chosen(), caller.get().principal()),
                "Taken back");
        waiting = null;
    }

    private PromotionRequestId chosen() {
        return PromotionRequestId.parse(address.field("target"));
    }

    public String getComment() {
        return comment;
    }

    public void setComment(@Nullable String comment) {
        this.comment = comment == null ? "" : comment;
    }
}
