package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.ModelFiles;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.app.VersionComparison;
import org.millwright.registry.app.VersionTable;
import org.millwright.registry.app.VersionTable.Difference;
import org.millwright.registry.model.Signature;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.millwright.wire.http.Trail;
import org.millwright.wire.rest.ModelsResource.VersionBody;

/**
 * What is known of model versions: what was measured on them, what they take and give, and their files. A version is
 * called by its number, {@code @alias}, a stage or {@code latest}.
 */
@Path("workspaces/{workspace}/models")
@Produces(MediaType.APPLICATION_JSON)
@RequestScoped
public class ModelVersionsResource {
    @Inject
    ModelRegistry registry;

    @Inject
    ModelFiles files;

    @Inject
    VersionTable table;

    @Inject
    VersionComparison comparison;

    @Inject
    CurrentCaller caller;

    /**
     * Lays the newest versions beside each other.
     *
     * @param metrics which ones, with commas between; all when not given
     */
    @GET
    @Path("{model}/versions")
    @Requires(Permission.MODEL_READ)
    public TableBody versions(
            @PathParam("model") String name, @QueryParam("metrics") @DefaultValue("") String metrics) {
        var found = table.of(caller.workspace(), new ModelName(name));
        var chosen = metrics.isBlank()
                ? found.metrics()
                : Arrays.stream(metrics.split(",")).map(String::strip).toList();
        return TableBody.of(found, chosen);
    }

    /**
     * Compares two versions of a model.
     *
     * @param with the version that it is compared with, called as in the path
     */
    @GET
    @Path("{model}/versions/{version}/compare")
    @Requires(Permission.MODEL_READ)
    public ComparisonBody compare(
            @PathParam("model") String name,
            @PathParam("version") String version,
            @QueryParam("with") @DefaultValue("Production") String with)
            throws IOException {
        var before = id(name, with);
        var after = id(name, version);
        return new ComparisonBody(
                before.toString(), after.toString(), comparison.differences(caller.workspace(), before, after));
    }

    /** Says what the version takes and gives, and what it needs, as its files say. */
    @GET
    @Path("{model}/versions/{version}/description")
    @Requires(Permission.MODEL_READ)
    public DescriptionBody description(@PathParam("model") String name, @PathParam("version") String version)
            throws IOException {
        var id = id(name, version);
        var described = files.description(caller.workspace(), id);
        return new DescriptionBody(
                id.toString(),
                described.flavors(),
                described.pythonVersion(),
                described.mlflowVersion(),
                described.signature().inputs().stream().map(ColumnBody::of).toList(),
                described.signature().outputs().stream().map(ColumnBody::of).toList(),
                described.signature().parameters(),
                files.requirements(caller.workspace(), id),
                files.inputExample(caller.workspace(), id));
    }

    /** Lists the files of a version. */
    @GET
    @Path("{model}/versions/{version}/files")
    @Requires(Permission.MODEL_READ)
    public Items<FileBody> list(@PathParam("model") String name, @PathParam("version") String version)
            throws IOException {
        return Items.all(files.list(caller.workspace(), id(name, version)).stream()
                .map(file -> new FileBody(file.path(), file.stored().size()))
                .toList());
    }

    /** Gives all files out as one zip, its last entry the SHA-256 of each. */
    @GET
    @Path("{model}/versions/{version}/download")
    @Produces("application/zip")
    @Audited(value = Trail.READ, kind = "model files")
    @APIResponse(responseCode = "200", content = @Content(mediaType = "application/zip"))
    @Requires(Permission.MODEL_READ)
    public Response download(@PathParam("model") String name, @PathParam("version") String version) throws IOException {
        var id = id(name, version);
        var listed = files.list(caller.workspace(), id);
        StreamingOutput body = output -> files.writeZip(id, listed, output);
        return Response.ok(body, "application/zip")
                .header("Content-Disposition", "attachment; filename=\"" + plain(ModelFiles.folder(id)) + ".zip\"")
                .header("X-Millwright-Model-Version", id.version())
                .build();
    }

    private ModelRef id(String name, String version) {
        return registry.getVersion(caller.workspace(), new ModelName(name), version)
                .id();
    }

    private static String plain(String name) {
        return name.replaceAll("[^\\w.\\- ]", "_");
    }

    @Schema(name = "ModelFile")
    record FileBody(String path, long size) {}

    /** @param best which metrics it is the best version by */
    @Schema(name = "ModelVersionRow")
    record RowBody(VersionBody version, Map<String, Object> metrics, List<String> best) {}

    @Schema(name = "ModelVersionTable")
    record TableBody(List<RowBody> items, List<String> metrics) {
        static TableBody of(VersionTable.Table table, List<String> chosen) {
            return new TableBody(
                    table.rows().stream()
                            .map(row -> {
                                var metrics = new TreeMap<String, Object>();
                                var best = new ArrayList<String>();
                                for (var metric : chosen) {
                                    var value = row.metrics().get(metric);
                                    if (value != null) {
                                        metrics.put(metric, number(value));
                                    }
                                    if (row.version().id().equals(table.best().get(metric))) {
                                        best.add(metric);
                                    }
                                }
                                return new RowBody(VersionBody.of(row.version()), metrics, best);
                            })
                            .toList(),
                    table.metrics());
        }

        /** JSON has no NaN. */
        private static Object number(Double value) {
            return value.isNaN() || value.isInfinite() ? value.toString() : value;
        }
    }

    @Schema(name = "ModelVersionComparison")
    record ComparisonBody(String before, String after, List<Difference> differences) {}

    @Schema(name = "SignatureColumn")
    record ColumnBody(@Nullable String name, String type, boolean required) {
        static ColumnBody of(Signature.Column column) {
            return new ColumnBody(column.name().isEmpty() ? null : column.name(), column.type(), column.required());
        }
    }

    @Schema(name = "ModelVersionDescription")
    record DescriptionBody(
            String model,
            List<String> flavors,
            String pythonVersion,
            String mlflowVersion,
            List<ColumnBody> inputs,
            List<ColumnBody> outputs,
            List<Signature.Parameter> parameters,
            List<String> requirements,
            String inputExample) {}
}
