package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.compute.AttemptId;
import org.millwright.compute.ComputeName;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.endpoint.fake.Endpoints;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.SnapshotFiles;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.experiment.fake.Jobs;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunAttempt;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.registry.BinId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.LoggedModels;
import org.millwright.registry.app.ModelPlaces;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.registry.app.ModelRegistry.Registration;
import org.millwright.registry.app.ModelSources;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.Stage;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.app.Purging;
import org.millwright.retention.app.RecycleBin;
import org.millwright.retention.app.StepsInTransactions;
import org.millwright.retention.model.DeletedItem;
import org.millwright.shared.Change;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.WorkspaceSettings;
import org.millwright.workspace.app.Workspaces;

/** How things are deleted, restored and purged, whatever keeps them. */
public abstract class RetentionContract {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final ModelName CHURN = new ModelName("churn");
    private static final String ADA = "ada";

    private World world;
    private SettableClock clock;
    private InMemoryArtifactStore files;
    private List<AttemptId> discarded;
    private Workspaces workspaces;
    private Experiments experiments;
    private RunLifecycle runs;
    private LoggedModels loggedModels;
    private ModelRegistry registry;
    private RecycleBin bin;
    private StepsInTransactions steps;
    private Purging purging;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
        clock = new SettableClock();
        files = new InMemoryArtifactStore();
        discarded = new ArrayList<>();
        workspaces = new Workspaces(world.workspaces());
        experiments = new Experiments(world.experiments(), world.runs(), clock);
        runs = new RunLifecycle(world.runs(), world.experiments(), world.queue(), new Ids(), clock);
        loggedModels = new LoggedModels(world.loggedModels(), runs, new Ids(), clock);
        registry = new ModelRegistry(
                world.models(),
                new ModelSources(runs, world.loggedModels(), world.models()),
                world.modelBin(),
                new ModelPlaces(world.models(), world.promotions(), clock),
                clock);
        bin = new RecycleBin(world.bin(), workspaces, clock);
        steps = new StepsInTransactions(world, files);
        purging = new Purging(steps, files, attempt -> {
            steps.step();
            discarded.add(attempt);
        });
    }

    @Test
    void a_run_goes_with_its_files_and_its_log_and_leaves_others_untouched() throws IOException {
        track("gone");
        track("stays");
        write("0/gone/artifacts/model/weights.bin");
        write("0/stays/artifacts/notes.txt");
        delete("gone");

        purge(DeletedKind.RUN, "gone");

        assertThat(world.inTransaction(() -> world.runs().find(new RunId("gone"))))
                .isEmpty();
        assertThat(exists("0/gone")).isFalse();
        assertThat(exists("0/stays/artifacts/notes.txt")).isTrue();
        assertThat(points("stays")).isEqualTo(5);
        assertThat(listed()).isEmpty();
        assertThat(purging.ordered(10)).isEmpty();

        track("gone");
        assertThat(points("gone")).isEqualTo(5);
        assertThat(world.inTransaction(() -> world.tracking().read(List.of(new RunId("gone"))))
                        .get(new RunId("gone"))
                        .tags())
                .isEmpty();
    }

    @Test
    void what_is_not_deleted_is_not_purged_and_what_is_not_there_is_not_found() {
        track("active");
        assertThatThrownBy(() -> order(DeletedKind.RUN, "active"))
                .hasMessageContaining("Cannot purge run 'active': it is not deleted; delete it first");
        for (var kind : DeletedKind.values()) {
            assertRefused(Problem.NotFound.class, () -> order(kind, "77"));
            assertRefused(Problem.NotFound.class, () -> order(kind, "no such thing"));
        }
        assertRefused(
                Problem.NotFound.class,
                () -> world.run(() -> bin.purge(new WorkspaceName("other"), DeletedKind.RUN, "active", ADA)));
    }

    @Test
    void what_was_ordered_is_not_restored_and_ordering_again_changes_nothing() {
        track("r");
        delete("r");
        order(DeletedKind.RUN, "r");
        order(DeletedKind.RUN, "r");

        assertThat(purging.ordered(10)).hasSize(1);
        assertRefused(Problem.WrongState.class, () -> world.run(() -> runs.restore(MAIN, new RunId("r"))));
        assertThat(listed()).hasSize(1).allMatch(DeletedItem::beingPurged);
    }

    @Test
    void an_experiment_takes_its_runs_along_and_gives_back_those_that_it_took() {
        var id = experiment("churn-study");
        track("before", id);
        track("with", id);
        delete("before");
        clock.advance(Duration.ofMinutes(1));

        world.run(() -> experiments.delete(MAIN, id));

        assertThat(run("with").deletedAt()).isEqualTo(find(id).deletedAt());
        assertThat(run("before").deletedAt()).isEqualTo(NOON);
        assertThat(listed()).extracting(DeletedItem::name).containsExactly("churn-study", "name of before");

        world.run(() -> experiments.delete(MAIN, id));
        assertThat(find(id).deletedAt()).isEqualTo(NOON.plusSeconds(60));

        world.run(() -> experiments.restore(MAIN, id));
        assertThat(find(id).deletedAt()).isNull();
        assertThat(run("with").deletedAt()).isNull();
        assertThat(run("before").deletedAt()).isEqualTo(NOON);
    }

    @Test
    void an_experiment_with_a_job_that_has_not_ended_is_not_deleted() {
        var id = experiment("busy");
        world.run(() ->
                world.runs().save(Run.queue(new RunId("waits"), MAIN, id, "waits", Runs.OWNER, Jobs.training(), NOON)));
        assertThatThrownBy(() -> world.run(() -> experiments.delete(MAIN, id)))
                .hasMessageContaining("in use by job 'waits', which has not ended");
        assertThat(find(id).deletedAt()).isNull();
        assertThat(run("waits").deletedAt()).isNull();
    }

    @Test
    void the_name_of_a_purged_experiment_is_free_and_all_that_was_in_it_is_gone() throws IOException {
        var id = experiment("churn-study");
        for (var i = 0; i < 3; i++) {
            track("r" + i, id);
            write(id + "/r" + i + "/artifacts/out.txt");
        }
        var model = loggedModel(id, null);
        write(id + "/models/" + model + "/artifacts/MLmodel");
        world.run(() -> experiments.delete(MAIN, id));

        order(DeletedKind.EXPERIMENT, id.toString());
        assertRefused(Problem.WrongState.class, () -> world.run(() -> experiments.restore(MAIN, id)));
        assertRefused(Problem.WrongState.class, () -> world.run(() -> runs.restore(MAIN, new RunId("r1"))));
        carryOut();

        assertThat(exists(id.toString())).isFalse();
        assertThat(world.inTransaction(() -> world.runs().find(new RunId("r1"))))
                .isEmpty();
        assertThat(world.inTransaction(() -> world.loggedModels().find(model))).isEmpty();
        assertThat(experiment("churn-study")).isNotEqualTo(id);
    }

    @Test
    void the_experiment_of_clients_that_name_none_stays() {
        world.run(() -> experiments.delete(MAIN, ExperimentId.DEFAULT));
        assertThatThrownBy(() -> order(DeletedKind.EXPERIMENT, "0")).hasMessageContaining("clients that name none");
    }

    @Test
    void an_experiment_with_a_run_that_was_restored_by_itself_stays() {
        var id = experiment("half");
        track("back", id);
        world.run(() -> experiments.delete(MAIN, id));
        world.run(() -> runs.restore(MAIN, new RunId("back")));
        assertThatThrownBy(() -> order(DeletedKind.EXPERIMENT, id.toString()))
                .hasMessageContaining("the home of run 'back', which is not deleted");
    }

    @Test
    void a_run_stays_while_a_version_that_was_made_from_it_is_registered_or_can_be_restored() {
        track("origin");
        var version = register("runs:/origin/model");
        delete("origin");
        assertThatThrownBy(() -> order(DeletedKind.RUN, "origin"))
                .hasMessageContaining("the origin of model version 'churn:1'; delete that version first");

        world.run(() -> registry.deleteVersion(MAIN, version, Runs.OWNER));
        assertThatThrownBy(() -> order(DeletedKind.RUN, "origin"))
                .hasMessageContaining("the origin of model version 'churn:1', which lies in the bin");

        purge(DeletedKind.MODEL_VERSION, only(DeletedKind.MODEL_VERSION).id());
        purge(DeletedKind.RUN, "origin");
        assertThat(listed()).isEmpty();
    }

    @Test
    void files_stay_while_a_version_points_at_them_whatever_run_the_version_names() {
        track("keeps-files");
        track("named");
        var first = register("runs:/keeps-files/model");
        // As versions are that were moved here from a server which does not check.
        world.run(() -> world.models()
                .saveVersion(
                        new ModelVersion(
                                MAIN,
                                new ModelRef(CHURN, 2),
                                "models:/churn/1",
                                new ArtifactPath("0/keeps-files/artifacts/model"),
                                new RunId("named"),
                                null,
                                "",
                                ADA,
                                null,
                                "",
                                Map.of(),
                                Stage.NONE,
                                NOON,
                                NOON,
                                Revision.UNSAVED),
                        List.of()));
        world.run(() -> registry.deleteVersion(MAIN, first, Runs.OWNER));
        purge(DeletedKind.MODEL_VERSION, only(DeletedKind.MODEL_VERSION).id());
        delete("keeps-files");
        assertThatThrownBy(() -> order(DeletedKind.RUN, "keeps-files"))
                .hasMessageContaining("the origin of model version 'churn:2'");
    }

    @Test
    void a_logged_model_and_its_experiment_stay_while_a_version_is_made_of_it() throws IOException {
        var id = experiment("models");
        var model = loggedModel(id, null);
        write(id + "/models/" + model + "/artifacts/MLmodel");
        var version = register("models:/" + model);
        world.run(() -> loggedModels.delete(MAIN, model));
        assertThatThrownBy(() -> order(DeletedKind.LOGGED_MODEL, model.value()))
                .hasMessageContaining("the origin of model version 'churn:1'");
        world.run(() -> experiments.delete(MAIN, id));
        assertThatThrownBy(() -> order(DeletedKind.EXPERIMENT, id.toString()))
                .hasMessageContaining("the origin of model version 'churn:1'");

        world.run(() -> registry.deleteVersion(MAIN, version, Runs.OWNER));
        purge(DeletedKind.MODEL_VERSION, only(DeletedKind.MODEL_VERSION).id());
        purge(DeletedKind.LOGGED_MODEL, model.value());
        assertThat(exists(id + "/models")).isFalse();
    }

    @Test
    void a_deleted_logged_model_is_restored_until_its_purge_is_ordered() {
        var model = loggedModel(ExperimentId.DEFAULT, null);
        world.run(() -> loggedModels.delete(MAIN, model));
        assertThat(only(DeletedKind.LOGGED_MODEL).place()).isEqualTo("Default");
        world.run(() -> loggedModels.restore(MAIN, model));
        assertThat(world.inTransaction(() -> loggedModels.get(MAIN, model)).deletedAt())
                .isNull();
        world.run(() -> loggedModels.delete(MAIN, model));
        order(DeletedKind.LOGGED_MODEL, model.value());
        assertRefused(Problem.WrongState.class, () -> world.run(() -> loggedModels.restore(MAIN, model)));
    }

    @Test
    void the_name_of_a_deleted_model_is_free_at_once_and_the_model_comes_back_whole_while_it_is() {
        track("r");
        register("runs:/r/model");
        register("runs:/r/model");
        world.run(() -> registry.tag(MAIN, CHURN, "team", "risk"));
        world.run(() -> registry.alias(MAIN, "champion", new ModelRef(CHURN, 2), Runs.OWNER));
        world.run(() -> registry.deleteVersion(MAIN, new ModelRef(CHURN, 1), Runs.OWNER));
        world.run(() -> registry.delete(MAIN, CHURN));
        var deletion = BinId.parse(only(DeletedKind.MODEL).id());

        register("runs:/r/model");
        assertRefused(Problem.AlreadyExists.class, () -> world.run(() -> registry.restore(MAIN, deletion)));
        world.run(() -> registry.delete(MAIN, CHURN));
        world.run(() -> registry.restore(MAIN, deletion));

        var model = world.inTransaction(() -> registry.get(MAIN, CHURN));
        assertThat(model.tags()).containsEntry("team", "risk");
        assertThat(model.aliases()).containsEntry("champion", 2);
        assertThat(world.inTransaction(() -> registry.versions(MAIN, CHURN)))
                .extracting(version -> version.id().version())
                .containsExactly(2);
        assertThat(register("runs:/r/model").version()).isEqualTo(3);
    }

    @Test
    void a_deleted_version_comes_back_under_its_number() {
        track("r");
        var version = register("runs:/r/model");
        world.run(() -> registry.tagVersion(MAIN, version, "checked", "yes"));
        world.run(() -> registry.deleteVersion(MAIN, version, Runs.OWNER));
        var item = only(DeletedKind.MODEL_VERSION);
        assertThat(item.name()).isEqualTo("churn:1");
        assertRefused(Problem.NotFound.class, () -> world.run(() -> registry.restore(MAIN, BinId.parse(item.id()))));

        world.run(() -> registry.restoreVersion(MAIN, BinId.parse(item.id())));

        assertThat(world.inTransaction(() -> registry.getVersion(MAIN, version)).tags())
                .containsEntry("checked", "yes");
        assertThat(listed()).isEmpty();
        assertRefused(
                Problem.NotFound.class, () -> world.run(() -> registry.restoreVersion(MAIN, BinId.parse(item.id()))));
    }

    @Test
    void a_version_that_is_deployed_stays_in_the_bin() {
        track("r");
        for (var i = 0; i < 3; i++) {
            register("runs:/r/model");
        }
        world.run(() -> world.endpoints().save(Change.of(Endpoints.serving())));
        world.run(() -> registry.delete(MAIN, CHURN));
        assertThatThrownBy(
                        () -> order(DeletedKind.MODEL, only(DeletedKind.MODEL).id()))
                .hasMessageContaining("deployed on endpoint 'churn' as 'churn:3'; delete that deployment first");
    }

    @Test
    void what_lies_longer_than_the_workspace_wants_is_purged_and_the_rest_is_not() {
        track("old");
        track("needed");
        track("young");
        var version = register("runs:/needed/model");
        delete("old");
        delete("needed");
        clock.advance(Duration.ofDays(10));
        delete("young");
        clock.advance(Duration.ofDays(25));
        assertThat(world.inTransaction(() -> bin.purgeTime(MAIN, NOON))).contains(NOON.plus(Duration.ofDays(30)));

        assertThat(world.inTransaction(() -> bin.purgeDue(MAIN))).isEqualTo(1);
        assertThat(world.inTransaction(() -> bin.purgeDue(MAIN))).isZero();
        carryOut();

        assertThat(listed()).extracting(DeletedItem::id).containsExactly("young", "needed");
        world.run(() -> registry.deleteVersion(MAIN, version, Runs.OWNER));
        assertThat(listed()).extracting(DeletedItem::name).contains("churn:1");
    }

    @Test
    void nothing_is_purged_where_deleted_things_are_kept_for_ever() {
        world.run(() -> workspaces.decide(MAIN, settings -> settings.withRetentionDays(null)));
        track("r");
        delete("r");
        clock.advance(Duration.ofDays(40_000));
        assertThat(world.inTransaction(() -> bin.purgeDue(MAIN))).isZero();
        assertThat(world.inTransaction(() -> bin.purgeTime(MAIN, NOON))).isEmpty();
    }

    @Test
    void the_settings_of_a_workspace_are_kept() {
        assertThat(world.inTransaction(() -> workspaces.settingsOf(MAIN))).isEqualTo(WorkspaceSettings.USUAL);
        world.run(() -> workspaces.decide(
                MAIN, settings -> settings.withRetentionDays(7).withFreezeRegisteredRuns(true)));
        assertThat(world.inTransaction(() -> workspaces.settingsOf(MAIN))).isEqualTo(new WorkspaceSettings(7, true));
        world.run(() -> workspaces.decide(MAIN, settings -> settings.withRetentionDays(null)));
        assertThat(world.inTransaction(() -> workspaces.settingsOf(MAIN))).isEqualTo(new WorkspaceSettings(null, true));
    }

    @Test
    void the_code_of_a_job_goes_with_the_last_job_that_uses_it() throws IOException {
        job("first");
        job("second");
        files.write(SnapshotFiles.path(Jobs.SNAPSHOT), content("zip"));
        delete("first");
        purge(DeletedKind.RUN, "first");
        assertThat(files.find(SnapshotFiles.path(Jobs.SNAPSHOT))).isPresent();
        assertThat(discarded).containsExactly(new AttemptId("first", 1));

        delete("second");
        purge(DeletedKind.RUN, "second");
        assertThat(files.find(SnapshotFiles.path(Jobs.SNAPSHOT))).isEmpty();
    }

    @Test
    void a_purge_that_is_cut_off_anywhere_goes_on_where_it_was() throws IOException {
        var failures = 0;
        for (var cutAt = 0; failures == cutAt; cutAt++) {
            var id = experiment("cut-" + cutAt);
            track("tracked-" + cutAt, id);
            world.run(() -> world.runs()
                    .save(Change.of(new Run(
                            new RunId("job-" + id),
                            MAIN,
                            id,
                            "job",
                            ADA,
                            Runs.OWNER,
                            Jobs.training(),
                            Runs.state("Completed"),
                            1,
                            NOON,
                            null,
                            Revision.UNSAVED))));
            attempt("job-" + id);
            files.write(SnapshotFiles.path(Jobs.SNAPSHOT), content("zip"));
            write(id + "/tracked-" + cutAt + "/artifacts/out.txt");
            world.run(() -> experiments.delete(MAIN, id));
            order(DeletedKind.EXPERIMENT, id.toString());

            steps.failAfter(cutAt);
            try {
                carryOut();
            } catch (StepsInTransactions.Cut killed) {
                failures++;
                assertThat(purging.ordered(10)).hasSize(1);
                assertRefused(Problem.WrongState.class, () -> world.run(() -> experiments.restore(MAIN, id)));
            }
            steps.failAfter(Integer.MAX_VALUE);
            carryOut();

            assertThat(world.inTransaction(() -> world.experiments().find(id))).isEmpty();
            assertThat(purging.ordered(10)).isEmpty();
            assertThat(exists(id.toString())).isFalse();
            assertThat(files.find(SnapshotFiles.path(Jobs.SNAPSHOT))).isEmpty();
        }
        assertThat(failures).isGreaterThan(5);
    }

    @Test
    void a_run_and_its_files_are_frozen_once_a_version_is_made_of_them_where_the_workspace_wants_that() {
        track("origin");
        track("free");
        var model = loggedModel(ExperimentId.DEFAULT, new RunId("free"));
        register("runs:/origin/model");
        register("models:/" + model);
        requireWritable("0/origin/artifacts/late.txt");

        world.run(() -> workspaces.decide(MAIN, settings -> settings.withFreezeRegisteredRuns(true)));

        assertThatThrownBy(() -> requireWritable("0/origin/artifacts/late.txt"))
                .hasMessageContaining("it is frozen, because model version 'churn:1' was made from it");
        assertRefused(Problem.WrongState.class, () -> requireWritable("0/models/" + model + "/artifacts/MLmodel"));
        requireWritable("0/models/m-" + "0".repeat(32) + "/artifacts/MLmodel");
        assertThatThrownBy(() -> world.run(() -> runs.holdForLogging(MAIN, new RunId("origin"))))
                .hasMessageContaining("it is frozen, because model version 'churn:1' was made from it")
                .hasMessageContaining("freeze_registered_runs");
        track("later");
        world.run(() -> runs.holdForLogging(MAIN, new RunId("later")));
        world.run(() -> registry.delete(MAIN, CHURN));
        requireWritable("0/origin/artifacts/late.txt");
        world.run(() -> runs.holdForLogging(MAIN, new RunId("origin")));
    }

    private void requireWritable(String file) {
        world.run(() -> runs.requireWritable(new ArtifactPath(file)));
    }

    @Test
    void the_pages_of_the_bin_hold_everything_once_the_latest_first() {
        for (var i = 0; i < 5; i++) {
            track("r" + i);
            delete("r" + i);
            clock.advance(Duration.ofSeconds(i % 2));
        }
        loggedModel(ExperimentId.DEFAULT, null);
        var ids = new ArrayList<String>();
        String token = null;
        do {
            var page = new PageRequest(token, 2);
            var found = world.inTransaction(() -> bin.list(MAIN, EnumSet.allOf(DeletedKind.class), null, page));
            found.items().forEach(item -> ids.add(item.id()));
            token = found.nextToken();
        } while (token != null);
        assertThat(ids).containsExactly("r4", "r2", "r3", "r0", "r1");
        assertThat(world.inTransaction(
                                () -> bin.list(MAIN, EnumSet.of(DeletedKind.RUN), Duration.ofSeconds(1), first()))
                        .items())
                .extracting(DeletedItem::id)
                .containsExactly("r0", "r1");
        assertThat(world.inTransaction(() -> bin.list(MAIN, EnumSet.of(DeletedKind.EXPERIMENT), null, first()))
                        .items())
                .isEmpty();
        assertRefused(
                Problem.Invalid.class,
                () -> world.inTransaction(
                        () -> bin.list(MAIN, EnumSet.allOf(DeletedKind.class), null, new PageRequest("forged", 2))));
    }

    private void purge(DeletedKind kind, String id) {
        order(kind, id);
        carryOut();
    }

    private void order(DeletedKind kind, String id) {
        world.run(() -> bin.purge(MAIN, kind, id, ADA));
    }

    private void carryOut() {
        for (var purge : purging.ordered(100)) {
            try {
                purging.carryOut(purge);
            } catch (IOException broken) {
                throw new AssertionError(broken);
            }
        }
    }

    private DeletedItem only(DeletedKind kind) {
        var items = world.inTransaction(() -> bin.list(MAIN, EnumSet.of(kind), null, first()))
                .items();
        assertThat(items).hasSize(1);
        return items.getFirst();
    }

    private List<DeletedItem> listed() {
        return world.inTransaction(() -> bin.list(MAIN, EnumSet.allOf(DeletedKind.class), null, first()))
                .items();
    }

    private static PageRequest first() {
        return PageRequest.first(100);
    }

    private ExperimentId experiment(String name) {
        return world.inTransaction(() -> experiments.create(MAIN, name, Map.of()))
                .id();
    }

    private Experiment find(ExperimentId id) {
        return world.inTransaction(() -> experiments.get(MAIN, id));
    }

    private Run run(String id) {
        return world.inTransaction(() -> runs.get(MAIN, new RunId(id)));
    }

    private void track(String id) {
        track(id, ExperimentId.DEFAULT);
    }

    /** A run with five points. */
    private void track(String id, ExperimentId experiment) {
        world.run(() -> world.runs().save(Run.track(new RunId(id), MAIN, experiment, "name of " + id, ADA, NOON)));
        var points = new ArrayList<Metric>();
        for (var i = 0; i < 5; i++) {
            points.add(new Metric("loss", 1.0 / (i + 1), i, i));
        }
        world.run(() -> world.tracking().log(new RunId(id), new TrackingBatch(points, Map.of("depth", "2"), Map.of())));
    }

    private int points(String id) {
        return world.inTransaction(() -> world.tracking().history(new RunId(id), "loss", PageRequest.first(100)))
                .items()
                .size();
    }

    /** A job that has ended. */
    private void job(String id) {
        world.run(() -> world.runs().save(Change.of(Runs.in(id, Runs.state("Completed")))));
        attempt(id);
    }

    private void attempt(String run) {
        world.run(() -> world.runs()
                .openAttempt(new RunAttempt(
                        new AttemptId(run, 1), ComputeName.LOCAL, 1, "server", NOON, NOON, "Completed")));
    }

    private void delete(String run) {
        world.run(() -> runs.delete(MAIN, new RunId(run)));
    }

    private LoggedModelId loggedModel(ExperimentId experiment, RunId run) {
        return world.inTransaction(() -> {
                    var model = loggedModels.create(MAIN, experiment, "", "", run, Map.of(), Map.of());
                    loggedModels.finish(MAIN, model.id(), LoggedModel.Status.READY);
                    return model;
                })
                .id();
    }

    private ModelRef register(String source) {
        return world.inTransaction(() -> registry.registerOrCreate(
                        MAIN, new Registration(CHURN, source, null, null, "", ADA, null, "", Map.of())))
                .id();
    }

    private void write(String path) throws IOException {
        files.write(new ArtifactPath(path), content("some bytes"));
    }

    private boolean exists(String path) throws IOException {
        return files.find(new ArtifactPath(path)).isPresent();
    }

    private static ByteArrayInputStream content(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }
}
