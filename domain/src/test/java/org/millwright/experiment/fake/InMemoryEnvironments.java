package org.millwright.experiment.fake;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.millwright.experiment.model.EnvironmentRepository;
import org.millwright.experiment.model.RegisteredEnvironment;
import org.millwright.workspace.WorkspaceName;

/** Registered environments in memory, in the order in which they came. */
public class InMemoryEnvironments implements EnvironmentRepository {
    private final List<RegisteredEnvironment> all = new ArrayList<>();

    @Override
    public Optional<RegisteredEnvironment> find(WorkspaceName workspace, String name, String version) {
        return versions(workspace, name).stream()
                .filter(each -> each.version().equals(version))
                .findFirst();
    }

    @Override
    public List<RegisteredEnvironment> versions(WorkspaceName workspace, String name) {
        return all.reversed().stream()
                .filter(each ->
                        each.workspace().equals(workspace) && each.name().equals(name))
                .toList();
    }

    @Override
    public List<RegisteredEnvironment> newest(WorkspaceName workspace, boolean archived) {
        var newest = new TreeMap<String, RegisteredEnvironment>();
        all.stream().filter(each -> each.workspace().equals(workspace)).forEach(each -> {
            if (!each.isArchived()
                    || archived
                            && newest.values().stream()
                                    .noneMatch(other -> other.name().equals(each.name()))) {
                newest.put(each.name(), each);
            }
        });
        return List.copyOf(newest.values());
    }

    @Override
    public boolean add(RegisteredEnvironment environment) {
        if (find(environment.workspace(), environment.name(), environment.version())
                .isPresent()) {
            return false;
        }
        return all.add(environment);
    }

    @Override
    public void store(RegisteredEnvironment environment) {
        all.replaceAll(each -> each.workspace().equals(environment.workspace())
                        && each.reference().equals(environment.reference())
                ? environment
                : each);
    }
}
