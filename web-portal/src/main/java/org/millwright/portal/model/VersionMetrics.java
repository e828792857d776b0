package org.millwright.portal.model;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.StateChip;
import org.millwright.portal.shell.Wording;
import org.millwright.registry.ModelName;
import org.millwright.registry.app.VersionTable;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The versions of a model beside each other, with what was measured on them; the columns are in the address. */
@Named
@RequestScoped
@Requires(Permission.MODEL_READ)
public class VersionMetrics {
    private static final int USUAL_COLUMNS = 5;

    private final Address address;
    private final CurrentCaller caller;
    private final VersionTable versions;
    private VersionTable.@Nullable Table table;

    @Inject
    public VersionMetrics(Address address, CurrentCaller caller, VersionTable versions) {
        this.address = address;
        this.caller = caller;
        this.versions = versions;
    }

    @SuppressWarnings("NullAway")
    protected VersionMetrics() {
        this(null, null, null);
    }

    /** A metric that may be shown. @param link to the page with it taken in or out */
    public record Column(String name, boolean chosen, String link) {}

    /** A value. @param best of all versions */
    public record Cell(String value, boolean best) {}

    /** One version. @param compare leads to what differs from the version in Production */
    public record Row(int number, String link, StateChip stage, boolean staged, List<Cell> cells, String compare) {}

    private VersionTable.Table table() {
        if (table == null) {
            table = versions.of(caller.workspace(), new ModelName(address.text("name")));
        }
        return table;
    }

    /** Whether there is anything to set beside each other. */
    public boolean isShown() {
        return table().rows().size() > 1 && !table().metrics().isEmpty();
    }

    /** Those in the address, or the first few. */
    private List<String> chosen() {
        var wanted = Arrays.stream(address.text("metrics").split(","))
                .filter(table().metrics()::contains)
                .toList();
        return wanted.isEmpty()
                ? table().metrics().stream().limit(USUAL_COLUMNS).toList()
                : wanted;
    }

    public List<Column> getColumns() {
        var chosen = chosen();
        return table().metrics().stream()
                .map(metric -> new Column(metric, chosen.contains(metric), address.with("metrics", toggled(metric))))
                .toList();
    }

    private String toggled(String metric) {
        var chosen = chosen();
        return String.join(
                ",",
                table().metrics().stream()
                        .filter(known -> known.equals(metric) != chosen.contains(known))
                        .toList());
    }

    public List<String> getHeads() {
        return chosen();
    }

    public List<Row> getRows() {
        var chosen = chosen();
        return table().rows().stream().map(row -> row(row, chosen)).toList();
    }

    private Row row(VersionTable.Row row, List<String> chosen) {
        var id = row.version().id();
        return new Row(
                id.version(),
                Links.model(id),
                VersionView.chip(row.version().stage()),
                row.version().stage().isHeldByOne(),
                chosen.stream()
                        .map(metric -> {
                            var value = row.metrics().get(metric);
                            return new Cell(
                                    value == null ? "" : Wording.number(value),
                                    id.equals(table().best().get(metric)));
                        })
                        .toList(),
                "model-compare.xhtml?name=%s&version=%d"
                        .formatted(Query.encode(id.name().value()), id.version()));
    }
}
