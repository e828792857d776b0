package org.millwright.portal.compute;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.ComputeName;
import org.millwright.compute.Tier;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.compute.model.ComputeRepository.Scaling;
import org.millwright.compute.model.Quota;
import org.millwright.experiment.RunId;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** One compute target: its nodes, its queue, its quotas, and why it has as many nodes as it has. */
@Named
@RequestScoped
@Requires(Permission.COMPUTE_READ)
public class TargetPage {
    private static final int MOST = 50;

    private final Address address;
    private final CurrentCaller caller;
    private final ComputeTargets compute;
    private final Notices notices;
    private ComputeTargets.@Nullable Load load;

    @Inject
    public TargetPage(Address address, CurrentCaller caller, ComputeTargets compute, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.compute = compute;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected TargetPage() {
        this(null, null, null, null);
    }

    /** @param place its number in the queue by priority and age */
    public record Waiter(int place, String run, String link, String who, int priority, int nodes, Instant since) {}

    /** @param key by which a form says which one it means */
    public record QuotaRow(String key, String holder, String subject, int nominal, String borrow) {}

    public void open() {
        loaded();
    }

    private ComputeTargets.Load loaded() {
        if (load == null) {
            load = compute.get(caller.workspace(), name());
        }
        return load;
    }

    private ComputeName name() {
        return new ComputeName(address.text("name"));
    }

    public Pool getPool() {
        return Pool.of(loaded());
    }

    public boolean isChangeable() {
        return caller.may(Permission.COMPUTE_WRITE, loaded().target().name().value());
    }

    public int getMin() {
        return loaded().target().kind().minNodes();
    }

    public int getMax() {
        return loaded().target().kind().maxNodes();
    }

    public long getIdle() {
        return loaded().target().kind().idleBeforeScaleDown().toSeconds();
    }

    public boolean isLowPriority() {
        return loaded().target().kind().tier() == Tier.LOW_PRIORITY;
    }

    public boolean isCluster() {
        return loaded().target().kind() instanceof ComputeKind.Cluster;
    }

    public List<Waiter> getQueue() {
        var waiting = compute.queue(caller.workspace(), name(), MOST);
        return IntStream.range(0, waiting.size())
                .mapToObj(index -> {
                    var waiter = waiting.get(index);
                    return new Waiter(
                            index + 1,
                            waiter.run(),
                            Links.run(new RunId(waiter.run())),
                            waiter.team().isEmpty() ? waiter.user() : waiter.team() + " / " + waiter.user(),
                            waiter.priority(),
                            waiter.nodes(),
                            waiter.since());
                })
                .toList();
    }

    public List<Scaling> getDecisions() {
        return compute.scalings(caller.workspace(), name(), MOST);
    }

    public List<QuotaRow> getQuotas() {
        return compute.quotas(caller.workspace(), name()).stream()
                .map(quota -> new QuotaRow(
                        quota.holder() + "/" + quota.subject(),
                        quota.holder().label(),
                        quota.subject(),
                        quota.nominal(),
                        quota.borrow() == null ? "any" : quota.borrow().toString()))
                .toList();
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void pause() {
        change(() -> compute.pause(caller.workspace(), name()), "Paused: what runs goes on, nothing new starts");
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void resume() {
        change(() -> compute.resume(caller.workspace(), name()), "Resumed");
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void resize() {
        change(
                () -> compute.change(
                        caller.workspace(),
                        name(),
                        target -> target.become(new TargetForm(address, compute).resized(target.kind()))),
                "Changed; nodes that are too many end what they have first");
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void drain() {
        change(() -> compute.drain(caller.workspace(), name(), node(), true), "The node takes no further job");
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void undrain() {
        change(() -> compute.drain(caller.workspace(), name(), node(), false), "The node takes jobs again");
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void setQuota() {
        change(() -> compute.setQuota(caller.workspace(), name(), quota()), "The quota holds from now on");
    }

    @Requires(Permission.COMPUTE_WRITE)
    public void removeQuota() {
        var key = address.field("target").split("/", 2);
        change(
                () -> compute.removeQuota(caller.workspace(), name(), Quota.Holder.valueOf(key[0]), key[1]),
                "The quota is gone");
    }

    private Quota quota() {
        var borrow = address.field("borrow").strip();
        return new Quota(
                address.field("holder").equals("user") ? Quota.Holder.USER : Quota.Holder.TEAM,
                address.field("subject").strip(),
                number("nominal", address.field("nominal")),
                borrow.isEmpty() ? null : number("borrow_limit", borrow));
    }

    private int node() {
        return number("node", address.field("target"));
    }

    private static int number(String field, String text) {
        try {
            return Integer.parseInt(text.strip());
        } catch (NumberFormatException no) {
            throw Refused.invalid(field, "a whole number");
        }
    }

    private void change(Runnable what, String done) {
        notices.attempt(what, done);
        load = null;
    }
}
