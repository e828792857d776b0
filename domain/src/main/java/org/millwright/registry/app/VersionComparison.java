package org.millwright.registry.app;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.VersionTable.Difference;
import org.millwright.registry.model.ModelDescription;
import org.millwright.registry.model.Signature;
import org.millwright.workspace.WorkspaceName;

/**
 * Tells two versions apart: by what was measured and logged, and by what their files say. Not transactional, because it
 * reads files.
 */
@ApplicationScoped
public class VersionComparison {
    private final VersionTable table;
    private final ModelFiles files;

    @Inject
    public VersionComparison(VersionTable table, ModelFiles files) {
        this.table = table;
        this.files = files;
    }

    @SuppressWarnings("NullAway")
    protected VersionComparison() {
        this(null, null);
    }

    /** Everything in which they differ; what they agree on is left out. */
    public List<Difference> differences(WorkspaceName workspace, ModelRef before, ModelRef after) throws IOException {
        var differences = new ArrayList<>(table.differences(table.row(workspace, before), table.row(workspace, after)));
        VersionTable.compare("requirement", packages(workspace, before), packages(workspace, after), differences);
        VersionTable.compare("model", facts(workspace, before), facts(workspace, after), differences);
        return differences;
    }

    private Map<String, String> packages(WorkspaceName workspace, ModelRef id) throws IOException {
        var packages = new TreeMap<String, String>();
        for (var line : files.requirements(workspace, id)) {
            var end = 0;
            while (end < line.length() && "=<>!~;[@ ".indexOf(line.charAt(end)) < 0) {
                end++;
            }
            packages.put(line.substring(0, end), line.substring(end).strip());
        }
        return packages;
    }

    private Map<String, String> facts(WorkspaceName workspace, ModelRef id) throws IOException {
        ModelDescription described = files.description(workspace, id);
        var facts = new TreeMap<String, String>();
        put(facts, "python", described.pythonVersion());
        put(facts, "flavors", String.join(", ", described.flavors()));
        described.signature().inputs().forEach(column -> put(facts, "takes " + name(column), column.type()));
        described.signature().outputs().forEach(column -> put(facts, "gives " + name(column), column.type()));
        described
                .signature()
                .parameters()
                .forEach(parameter -> put(facts, "parameter " + parameter.name(), parameter.type()));
        return facts;
    }

    private static String name(Signature.Column column) {
        return column.name().isEmpty() ? "unnamed" : column.name();
    }

    private static void put(Map<String, String> facts, String name, String value) {
        if (!value.isEmpty()) {
            facts.put(name, value);
        }
    }
}
