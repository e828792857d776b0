package org.millwright.endpoint.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.millwright.endpoint.DeploymentCameUp;
import org.millwright.endpoint.DeploymentFailed;
import org.millwright.endpoint.DeploymentName;
import org.millwright.endpoint.EndpointChanged;
import org.millwright.endpoint.EndpointDeleted;
import org.millwright.endpoint.EndpointName;
import org.millwright.shared.Change;
import org.millwright.shared.DomainEvent;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.workspace.WorkspaceName;

/**
 * A name and two keys behind which models answer.
 *
 * <p>It is created empty. Deployments are added, come up or fail, and are removed once no traffic goes to them. Traffic is
 * in percent, adds up to 100 or to 0, and only goes to deployments that have come up. Either key opens it, so that one
 * can be renewed while clients use the other.
 *
 * @param deployments in the order they were added
 * @param traffic percent by deployment; none for those that get no traffic
 * @param primaryKey sealed, as is the secondary
 */
public record OnlineEndpoint(
        WorkspaceName workspace,
        EndpointName name,
        String description,
        Map<String, String> tags,
        List<Deployment> deployments,
        Map<DeploymentName, Integer> traffic,
        String primaryKey,
        String secondaryKey,
        Instant createdAt,
        Instant updatedAt,
        Revision revision) {
    private static final int MOST_DEPLOYMENTS = 20;

    public OnlineEndpoint {
        tags = Map.copyOf(tags);
        deployments = List.copyOf(deployments);
        traffic = Map.copyOf(traffic);
    }

    public static Change<OnlineEndpoint> create(
            WorkspaceName workspace,
            EndpointName name,
            String description,
            Map<String, String> tags,
            String primaryKey,
            String secondaryKey,
            Instant now) {
        var endpoint = new OnlineEndpoint(
                workspace,
                name,
                description,
                tags,
                List.of(),
                Map.of(),
                primaryKey,
                secondaryKey,
                now,
                now,
                Revision.UNSAVED);
        return endpoint.changed(endpoint, now);
    }

    public Optional<Deployment> deployment(DeploymentName deployment) {
        return deployments.stream()
                .filter(known -> known.name().equals(deployment))
                .findFirst();
    }

    /** Adds a deployment, or puts one in the place of another of that name that failed. */
    public Change<OnlineEndpoint> deploy(Deployment deployment, Instant now) {
        var others = new ArrayList<>(deployments);
        var existing = deployment(deployment.name());
        if (existing.isPresent()) {
            if (!(existing.get().state() instanceof DeploymentState.Failed)) {
                throw new Refused(new Problem.AlreadyExists(
                        "deployment", deployment.name().value()));
            }
            others.remove(existing.get());
        }
        if (others.size() >= MOST_DEPLOYMENTS) {
            throw Refused.invalid("deployments", "at most %d in one endpoint".formatted(MOST_DEPLOYMENTS));
        }
        others.add(deployment);
        return changed(with(others, traffic, now), now);
    }

    /** The deployment answers. */
    public Change<OnlineEndpoint> cameUp(DeploymentName name, Instant now) {
        var deployment = require(name);
        if (deployment.isServing()) {
            return Change.none(this);
        }
        var next = replace(deployment.become(new DeploymentState.Succeeded(now)));
        return changed(
                with(next, deployment.takesAllTraffic() ? Map.of(name, 100) : traffic, now),
                now,
                new DeploymentCameUp(workspace, this.name, name, deployment.model(), now));
    }

    /** The deployment could not be brought up. @param reason one sentence for its owner */
    public Change<OnlineEndpoint> failed(DeploymentName name, String reason, Instant now) {
        var deployment = require(name);
        if (deployment.state() instanceof DeploymentState.Failed) {
            return Change.none(this);
        }
        var rest = new HashMap<>(traffic);
        rest.remove(name);
        var next = replace(deployment.become(new DeploymentState.Failed(now, reason)));
        return changed(
                with(next, sumsUp(rest) ? rest : Map.of(), now),
                now,
                new DeploymentFailed(workspace, this.name, name, deployment.model(), reason, now));
    }

    public Change<OnlineEndpoint> route(Map<DeploymentName, Integer> newTraffic, Instant now) {
        var nonZero = new HashMap<DeploymentName, Integer>();
        newTraffic.forEach((deployment, percent) -> {
            if (percent < 0 || percent > 100) {
                throw Refused.invalid("traffic." + deployment, "0 to 100 percent");
            }
            if (percent > 0) {
                if (!require(deployment).isServing()) {
                    throw new Refused(new Problem.WrongState(
                            "deployment",
                            deployment.value(),
                            require(deployment).state().label(),
                            "send traffic to"));
                }
                nonZero.put(deployment, percent);
            } else {
                require(deployment);
            }
        });
        if (!sumsUp(nonZero)) {
            throw Refused.invalid(
                    "traffic",
                    "percentages must add up to 100, or to 0 for none; they add up to %d"
                            .formatted(nonZero.values().stream()
                                    .mapToInt(Integer::intValue)
                                    .sum()));
        }
        return changed(with(deployments, nonZero, now), now);
    }

    public Change<OnlineEndpoint> undeploy(DeploymentName name, Instant now) {
        var deployment = require(name);
        if (traffic.containsKey(name)) {
            throw new Refused(new Problem.WrongState(
                    "deployment", name.value(), "getting %d %% of the traffic".formatted(traffic.get(name)), "delete"));
        }
        var rest = new ArrayList<>(deployments);
        rest.remove(deployment);
        return changed(with(rest, traffic, now), now);
    }

    public Change<OnlineEndpoint> renewKeys(String newPrimary, String newSecondary, Instant now) {
        var next = new OnlineEndpoint(
                workspace,
                name,
                description,
                tags,
                deployments,
                traffic,
                newPrimary,
                newSecondary,
                createdAt,
                now,
                revision);
        return changed(next, now);
    }

    public Change<OnlineEndpoint> delete(Instant now) {
        return Change.of(this, new EndpointDeleted(workspace, name, now));
    }

    private static boolean sumsUp(Map<DeploymentName, Integer> traffic) {
        var sum = traffic.values().stream().mapToInt(Integer::intValue).sum();
        return sum == 0 || sum == 100;
    }

    private Deployment require(DeploymentName deployment) {
        return deployment(deployment).orElseThrow(() -> Refused.notFound("deployment", deployment));
    }

    private List<Deployment> replace(Deployment changed) {
        return deployments.stream()
                .map(known -> known.name().equals(changed.name()) ? changed : known)
                .toList();
    }

    private OnlineEndpoint with(List<Deployment> newDeployments, Map<DeploymentName, Integer> newTraffic, Instant now) {
        return new OnlineEndpoint(
                workspace,
                name,
                description,
                tags,
                newDeployments,
                newTraffic,
                primaryKey,
                secondaryKey,
                createdAt,
                now,
                revision);
    }

    private Change<OnlineEndpoint> changed(OnlineEndpoint next, Instant now, DomainEvent... events) {
        var all = new ArrayList<DomainEvent>(List.of(events));
        all.add(new EndpointChanged(workspace, name, now));
        return new Change<>(next, all);
    }
}
