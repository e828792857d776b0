package org.millwright.portal.model;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.millwright.portal.shell.Field;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.StateChip;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;

/** One version of a model in a list. @param run that made it; empty when none is known */
public record VersionView(
        int number,
        String link,
        StateChip stage,
        boolean staged,
        List<String> aliases,
        String run,
        String runLink,
        String lineageLink,
        String download,
        String user,
        String description,
        Instant createdAt) {

    static VersionView of(RegisteredModel model, ModelVersion version) {
        var run = version.run();
        return new VersionView(
                version.id().version(),
                Links.model(version.id()),
                chip(version.stage()),
                version.stage() != Stage.NONE,
                model.aliases().entrySet().stream()
                        .filter(alias -> alias.getValue() == version.id().version())
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList(),
                run == null ? "" : run.value(),
                run == null ? "" : Links.run(run),
                "lineage.xhtml?of=" + Query.encode("model:" + version.id()),
                "/api/v1/workspaces/%s/models/%s/versions/%d/download"
                        .formatted(
                                version.workspace(),
                                Query.encode(version.id().name().value()).replace("+", "%20"),
                                version.id().version()),
                version.user(),
                version.description(),
                version.createdAt());
    }

    static List<Field> aliases(RegisteredModel model) {
        return model.aliases().entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .map(alias -> new Field(alias.getKey(), "v" + alias.getValue()))
                .toList();
    }

    static StateChip chip(Stage stage) {
        return switch (stage) {
            case NONE -> new StateChip("None", "quiet", "pi-minus-circle");
            case STAGING -> new StateChip("Staging", "waiting", "pi-wrench");
            case PRODUCTION -> new StateChip("Production", "good", "pi-verified");
            case ARCHIVED -> new StateChip("Archived", "quiet", "pi-inbox");
        };
    }
}
