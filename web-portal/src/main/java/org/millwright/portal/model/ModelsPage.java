package org.millwright.portal.model;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Field;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.StateChip;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The registered models. */
@Named
@RequestScoped
@Requires(Permission.MODEL_READ)
public class ModelsPage {
    private static final int ROWS = 25;

    private final Address address;
    private final CurrentCaller caller;
    private final ModelRegistry models;
    private List<Row> rows = List.of();
    private String older = "";

    @Inject
    public ModelsPage(Address address, CurrentCaller caller, ModelRegistry models) {
        this.address = address;
        this.caller = caller;
        this.models = models;
    }

    @SuppressWarnings("NullAway")
    protected ModelsPage() {
        this(null, null, null);
    }

    /** One model. @param latest its newest version; null when it has none */
    public record Row(
            String name,
            String link,
            String description,
            List<Field> aliases,
            List<Holder> holders,
            @Nullable VersionView latest,
            Instant updatedAt) {}

    /** A version that stands in Staging or Production. */
    public record Holder(String version, String link, StateChip stage) {}

    /** Reads the page before anything of it is sent. */
    public void open() {
        var after = address.text("after");
        var criteria = getText().isBlank()
                ? List.<Criterion>of()
                : List.of(new Criterion(
                        Criterion.Subject.ATTRIBUTE,
                        "name",
                        Operator.ILIKE,
                        List.of("%" + getText().strip() + "%")));
        var page = models.search(
                caller.workspace(), criteria, List.of(), new PageRequest(after.isEmpty() ? null : after, ROWS));
        var newest = models.newestByStage(
                caller.workspace(),
                page.items().stream().map(RegisteredModel::name).toList());
        rows = page.items().stream()
                .map(model ->
                        row(model, newest.getOrDefault(model.name(), List.of()).reversed()))
                .toList();
        older = page.nextToken() == null ? "" : page.nextToken();
    }

    /** @param versions the newest in each stage, the newest of all first */
    private static Row row(RegisteredModel model, List<ModelVersion> versions) {
        return new Row(
                model.name().value(),
                Links.model(model.name()),
                model.description(),
                VersionView.aliases(model),
                versions.stream()
                        .filter(version -> version.stage().isHeldByOne())
                        .sorted(Comparator.comparing(ModelVersion::stage).reversed())
                        .map(version -> new Holder(
                                "v" + version.id().version(),
                                Links.model(version.id()),
                                VersionView.chip(version.stage())))
                        .toList(),
                versions.isEmpty() ? null : VersionView.of(model, versions.getFirst()),
                model.updatedAt());
    }

    public List<Row> getRows() {
        return rows;
    }

    public String getOlder() {
        return older;
    }

    public String getText() {
        return address.text("q");
    }
}
