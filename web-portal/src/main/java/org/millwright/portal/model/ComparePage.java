package org.millwright.portal.model;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Links;
import org.millwright.registry.ModelName;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.app.VersionComparison;
import org.millwright.registry.app.VersionTable.Difference;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.Stage;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** In what two versions of a model differ; with the one in Production unless the address says another. */
@Named
@RequestScoped
@Requires(Permission.MODEL_READ)
public class ComparePage {
    private static final Map<String, String> TITLES = Map.of(
            "metric", "Metrics",
            "parameter", "Parameters",
            "tag", "Tags",
            "origin", "Origin",
            "requirement", "Requirements",
            "model", "Model and signature");
    private static final List<String> ORDER = List.of("metric", "parameter", "requirement", "model", "tag", "origin");

    private final Address address;
    private final CurrentCaller caller;
    private final ModelRegistry models;
    private final VersionComparison comparison;
    private List<ModelVersion> versions = List.of();
    private @Nullable ModelVersion before;
    private @Nullable ModelVersion after;
    private List<Group> groups = List.of();

    @Inject
    public ComparePage(Address address, CurrentCaller caller, ModelRegistry models, VersionComparison comparison) {
        this.address = address;
        this.caller = caller;
        this.models = models;
        this.comparison = comparison;
    }

    @SuppressWarnings("NullAway")
    protected ComparePage() {
        this(null, null, null, null);
    }

    /** Differences of one kind. */
    public record Group(String title, List<Difference> differences) {}

    /** Reads both before anything of the page is sent. */
    public void open() {
        var name = new ModelName(address.text("name"));
        versions = models.versions(caller.workspace(), name);
        var wanted = address.text("version");
        var newer = models.getVersion(caller.workspace(), name, wanted.isEmpty() ? "latest" : wanted);
        var older = other(name, newer);
        after = newer;
        before = older;
        try {
            var found = comparison.differences(caller.workspace(), older.id(), newer.id()).stream()
                    .collect(Collectors.groupingBy(Difference::kind));
            var sorted = new ArrayList<Group>();
            for (var kind : ORDER) {
                if (found.containsKey(kind)) {
                    sorted.add(new Group(TITLES.getOrDefault(kind, kind), found.get(kind)));
                }
            }
            groups = sorted;
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read the files of model " + name, broken);
        }
    }

    /** The one in the address, else the one in Production, else the one before it. */
    private ModelVersion other(ModelName name, ModelVersion newer) {
        var wanted = address.text("with");
        if (!wanted.isEmpty()) {
            return models.getVersion(caller.workspace(), name, wanted);
        }
        return versions.stream()
                .filter(version ->
                        version.stage() == Stage.PRODUCTION && !version.id().equals(newer.id()))
                .findFirst()
                .or(() -> versions.stream()
                        .filter(version -> version.id().version() < newer.id().version())
                        .findFirst())
                .orElse(newer);
    }

    public String getName() {
        return address.text("name");
    }

    public @Nullable VersionHead getBefore() {
        return before == null ? null : VersionHead.of(before);
    }

    public @Nullable VersionHead getAfter() {
        return after == null ? null : VersionHead.of(after);
    }

    /** One of the two. */
    public record VersionHead(int number, String link, String stage) {
        static VersionHead of(ModelVersion version) {
            return new VersionHead(
                    version.id().version(),
                    Links.model(version.id()),
                    version.stage() == Stage.NONE ? "" : version.stage().label());
        }
    }

    public List<Group> getGroups() {
        return groups;
    }

    /** Versions to choose from. */
    public List<Choice> getChoices() {
        return versions.stream()
                .map(version -> new Choice(
                        Integer.toString(version.id().version()),
                        "v" + version.id().version()
                                + (version.stage() == Stage.NONE
                                        ? ""
                                        : ", " + version.stage().label())))
                .toList();
    }
}
