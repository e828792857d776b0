package org.millwright.wire.rest;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.compute.EnvironmentBuilds;
import org.millwright.compute.EnvironmentSpec;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.app.Environments;
import org.millwright.experiment.app.Environments.Registration;
import org.millwright.experiment.model.RegisteredEnvironment;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** Environments: sets of packages that jobs name instead of listing them. */
@Path("workspaces/{workspace}/environments")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
@RequestScoped
public class EnvironmentsResource {
    private static final int LOG_BYTES = 256 * 1024;

    @Inject
    Environments environments;

    @Inject
    EnvironmentBuilds builds;

    @Inject
    CurrentCaller caller;

    /** Lists the newest version of each environment, those that every workspace has at the end. */
    @GET
    @Requires(Permission.EXPERIMENT_READ)
    public Items<EnvironmentBody> list(@QueryParam("archived") @DefaultValue("false") boolean archived) {
        return bodies(environments.list(caller.workspace(), archived));
    }

    /** Lists the versions of an environment, the newest first. */
    @GET
    @Path("{environment}/versions")
    @Requires(Permission.EXPERIMENT_READ)
    public Items<EnvironmentBody> versions(@PathParam("environment") String name) {
        return bodies(environments.versions(caller.workspace(), name));
    }

    /** Reads a version of an environment; the version "latest" is the newest that is not archived. */
    @GET
    @Path("{environment}/versions/{version}")
    @Requires(Permission.EXPERIMENT_READ)
    public EnvironmentBody get(@PathParam("environment") String name, @PathParam("version") String version) {
        return EnvironmentBody.of(environments.get(caller.workspace(), name, version));
    }

    /** Reads what this server has of a version on its own disk: whether it is built, and exactly what was installed. */
    @GET
    @Path("{environment}/versions/{version}/build")
    @Requires(Permission.EXPERIMENT_READ)
    public BuildBody build(@PathParam("environment") String name, @PathParam("version") String version)
            throws IOException {
        return BuildBody.of(builds.find(digest(name, version)));
    }

    /**
     * Reads what the builds of a version printed on this server, from an offset on, at most 256 KiB at once.
     *
     * @param offset in bytes
     */
    @GET
    @Path("{environment}/versions/{version}/build/log")
    @Produces(MediaType.TEXT_PLAIN)
    @APIResponseSchema(value = String.class, responseCode = "200")
    @Requires(Permission.EXPERIMENT_READ)
    public Response buildLog(
            @PathParam("environment") String name,
            @PathParam("version") String version,
            @QueryParam("offset") @DefaultValue("0") long offset)
            throws IOException {
        if (offset < 0) {
            throw Refused.invalid("offset", "not below 0");
        }
        return Response.ok(builds.readLog(digest(name, version), offset, LOG_BYTES), "text/plain;charset=UTF-8")
                .build();
    }

    private ContentDigest digest(String name, String version) {
        return environments.get(caller.workspace(), name, version).spec().digest();
    }

    /**
     * Registers a version of an environment, with the next number when none is given. Doing so again with the same content
     * changes nothing; a version that says something else is refused.
     */
    @POST
    @Requires(Permission.JOB_SUBMIT)
    public EnvironmentBody register(NewEnvironment given) {
        var wanted = Bodies.given(given);
        return EnvironmentBody.of(environments.register(
                caller.workspace(),
                new Registration(
                        Bodies.needed("name", wanted.name()),
                        wanted.version(),
                        wanted.description(),
                        Bodies.orEmpty(wanted.tags()),
                        new EnvironmentSpec(wanted.python(), Bodies.orEmpty(wanted.packages()), wanted.image(), null)),
                caller.get().principal()));
    }

    /** Archives a version: it is no longer offered, and jobs that name it still find it. */
    @POST
    @Path("{environment}/versions/{version}/archive")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.JOB_SUBMIT)
    public EnvironmentBody archive(@PathParam("environment") String name, @PathParam("version") String version) {
        return EnvironmentBody.of(environments.archive(caller.workspace(), name, version));
    }

    /** Offers an archived version again. */
    @POST
    @Path("{environment}/versions/{version}/restore")
    @Consumes(MediaType.WILDCARD)
    @Requires(Permission.JOB_SUBMIT)
    public EnvironmentBody restore(@PathParam("environment") String name, @PathParam("version") String version) {
        return EnvironmentBody.of(environments.restore(caller.workspace(), name, version));
    }

    private static Items<EnvironmentBody> bodies(List<RegisteredEnvironment> found) {
        return Items.all(found.stream().map(EnvironmentBody::of).toList());
    }

    /**
     * An environment on this server's disk.
     *
     * @param state not_built, building, built or failed
     * @param lastUsedAt when a job last began with it
     * @param installed exactly, with all that the packages need
     */
    @Schema(name = "EnvironmentBuild")
    record BuildBody(String state, @Nullable Instant lastUsedAt, List<String> installed) {
        static BuildBody of(EnvironmentBuilds.Build build) {
            return new BuildBody(
                    build.state().name().toLowerCase(Locale.ROOT),
                    build.lastUsedAt(),
                    build.packages().lines().toList());
        }
    }

    /**
     * A version to register.
     *
     * @param version the next number when it is left out
     * @param python such as 3.11; the compute target's own when it is left out
     * @param packages as pip reads them
     * @param image for compute targets that run containers
     */
    @Schema(requiredProperties = "name", examples = """
            {"name": "churn", "description": "What the churn models need", "python": "3.11",
            "packages": ["scikit-learn==1.7.2", "mlflow-skinny==3.17.2"]}""")
    record NewEnvironment(
            @Nullable String name,
            @Nullable String version,
            @Nullable String description,
            @Nullable Map<String, String> tags,
            @Nullable String python,
            @Nullable List<String> packages,
            @Nullable String image) {}

    /**
     * A version of an environment.
     *
     * @param reference as jobs name it
     * @param digest of what is to be built; environments with the same are built once
     * @param archivedAt absent while it is offered
     */
    @Schema(name = "Environment")
    record EnvironmentBody(
            String name,
            String version,
            String reference,
            @Nullable String description,
            Map<String, String> tags,
            @Nullable String python,
            List<String> packages,
            @Nullable String image,
            String digest,
            String createdBy,
            Instant createdAt,
            @Nullable Instant archivedAt) {
        static EnvironmentBody of(RegisteredEnvironment environment) {
            var spec = environment.spec();
            return new EnvironmentBody(
                    environment.name(),
                    environment.version(),
                    environment.reference(),
                    environment.description(),
                    environment.tags(),
                    spec.pythonVersion(),
                    spec.packages(),
                    spec.image(),
                    spec.digest().value(),
                    environment.createdBy(),
                    environment.createdAt(),
                    environment.archivedAt());
        }
    }
}
