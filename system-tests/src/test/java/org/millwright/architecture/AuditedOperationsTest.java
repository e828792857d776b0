package org.millwright.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.millwright.wire.http.Audited;
import org.millwright.wire.http.Trail;

/**
 * What each operation of a wire leaves on the audit trail. Whatever is no GET leaves an entry by itself; those that do not are
 * listed here, each with its reason, and so are those that give out secrets and data.
 */
class AuditedOperationsTest {
    private static final Set<String> READING = Set.of("GET", "HEAD", "OPTIONS");
    private static final Set<String> VERBS = Set.of("GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE");

    private static final Set<JavaMethod> OPERATIONS = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("org.millwright.wire").stream()
                    .flatMap(type -> type.getMethods().stream())
                    .filter(method -> verb(method) != null)
                    .collect(Collectors.toSet());

    /** Searches and questions with a body. */
    private static final Set<String> LOOK_UP = Set.of(
            "mlflow.ExperimentsResource.search",
            "mlflow.ExperimentsResource.searchDatasets",
            "mlflow.LoggedModelsResource.search",
            "mlflow.RegisteredModelsResource.latest",
            "mlflow.RunsResource.search",
            "rest.ComputeResource.check",
            "rest.ExportResource.knownLoggedModels",
            "rest.ExportResource.knownRuns",
            "rest.SchedulePreviewResource.preview");

    /** What a script or an import writes all the time; that the run is there is told. */
    private static final Set<String> LOG = Set.of(
            "mlflow.ArtifactProxyResource.upload",
            "mlflow.LoggedModelsResource.addParameters",
            "mlflow.LoggedModelsResource.deleteTag",
            "mlflow.LoggedModelsResource.setTags",
            "mlflow.RunFilesResource.upload",
            "mlflow.RunLoggingResource.deleteTag",
            "mlflow.RunLoggingResource.logBatch",
            "mlflow.RunLoggingResource.logInputs",
            "mlflow.RunLoggingResource.logMetric",
            "mlflow.RunLoggingResource.logModel",
            "mlflow.RunLoggingResource.logOutputs",
            "mlflow.RunLoggingResource.logParameter",
            "mlflow.RunLoggingResource.setTag",
            "mlflow.RunsResource.update",
            "rest.AttemptExchangeResource.begin",
            "rest.AttemptExchangeResource.end",
            "rest.AttemptExchangeResource.keep",
            "rest.AttemptExchangeResource.print",
            "rest.ImportResource.loggedModelFile",
            "rest.ImportResource.modelPoints",
            "rest.ImportResource.points",
            "rest.ImportResource.runFile");

    /** They only ever answer that they are not offered. */
    private static final Set<String> NOT_OFFERED = Set.of(
            "mlflow.ArtifactProxyResource.multipart",
            "mlflow.ArtifactsResource.presignedDownload",
            "mlflow.ArtifactsResource.presignedUpload");

    private static final Set<String> GIVE_OUT = Set.of(
            "mlflow.ArtifactProxyResource.download",
            "mlflow.LoggedModelsResource.file",
            "mlflow.ModelVersionsResource.file",
            "mlflow.RunFilesResource.download",
            "rest.AttemptExchangeResource.file",
            "rest.AttemptExchangeResource.order",
            "rest.AuditResource.check",
            "rest.AuditResource.export",
            "rest.AuditResource.list",
            "rest.EndpointsResource.keys",
            "rest.ExportResource.experiments",
            "rest.ExportResource.loggedModelFile",
            "rest.ExportResource.loggedModels",
            "rest.ExportResource.models",
            "rest.ExportResource.runFile",
            "rest.ExportResource.runs",
            "rest.ExportResource.snapshot",
            "rest.ExportResource.versions",
            "rest.JobFilesResource.read",
            "rest.JobFilesResource.snapshot",
            "rest.ModelVersionsResource.download",
            "rest.WorkspaceAuditResource.export",
            "rest.WorkspaceAuditResource.list");

    /** Each success makes a row of which the database tells. */
    private static final Set<String> ROWS =
            Set.of("mlflow.LoggedModelsResource.create", "mlflow.RunsResource.create", "rest.JobsResource.submit");

    @Test
    void an_operation_that_changes_something_leaves_an_entry_unless_it_is_listed_here() {
        var silent = new TreeSet<>(LOOK_UP);
        silent.addAll(LOG);
        silent.addAll(NOT_OFFERED);
        assertThat(names(method -> !isGet(method) && trail(method) == Trail.NOTHING))
                .isEqualTo(silent);
        assertThat(names(method -> trail(method) == Trail.ROW)).isEqualTo(ROWS);
    }

    @Test
    void an_operation_that_gives_out_secrets_or_data_tells_so() {
        assertThat(names(method -> trail(method) == Trail.READ)).isEqualTo(GIVE_OUT);
    }

    @Test
    void an_operation_that_answers_a_file_says_what_it_leaves() {
        assertThat(names(method -> isGet(method)
                        && trail(method) == Trail.NOTHING
                        && method.getName().matches("(?i).*(download|file|keys?|secrets?|content|read)")))
                .isEmpty();
    }

    private static Set<String> names(Predicate<JavaMethod> which) {
        return OPERATIONS.stream()
                .filter(which)
                .map(method -> method.getOwner().getName().replace("org.millwright.wire.", "") + "." + method.getName())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Trail trail(JavaMethod method) {
        return method.isAnnotatedWith(Audited.class)
                ? method.getAnnotationOfType(Audited.class).value()
                : isGet(method) ? Trail.NOTHING : Trail.CHANGE;
    }

    private static boolean isGet(JavaMethod method) {
        return READING.contains(verb(method));
    }

    /** Null for a method that is no operation. */
    private static @Nullable String verb(JavaMethod method) {
        return method.getAnnotations().stream()
                .filter(annotation -> annotation.getRawType().getPackageName().equals("jakarta.ws.rs"))
                .map(annotation -> annotation.getRawType().getSimpleName())
                .filter(VERBS::contains)
                .findFirst()
                .orElse(null);
    }
}
