package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.access.Permission.COMPUTE_READ;
import static org.millwright.access.Permission.ENDPOINT_READ;
import static org.millwright.access.Permission.ENDPOINT_WRITE;
import static org.millwright.access.Permission.EXPERIMENT_READ;
import static org.millwright.access.Permission.EXPERIMENT_WRITE;
import static org.millwright.access.Permission.JOB_SUBMIT;
import static org.millwright.access.Permission.MODEL_APPROVE;
import static org.millwright.access.Permission.MODEL_READ;
import static org.millwright.access.Permission.MODEL_WRITE;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;
import static org.millwright.workspace.WorkspaceName.MAIN;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.access.Authority;
import org.millwright.access.Grant;
import org.millwright.access.Origin;
import org.millwright.access.PrincipalId;
import org.millwright.access.Resource;
import org.millwright.access.ResourceKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.fake.Acting;
import org.millwright.compute.ComputeName;
import org.millwright.compute.RunQueue;
import org.millwright.compute.fake.Targets;
import org.millwright.compute.model.ComputeTarget;
import org.millwright.data.ArtifactPath;
import org.millwright.endpoint.EndpointName;
import org.millwright.endpoint.fake.Endpoints;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.Experiment;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.Run;
import org.millwright.experiment.model.RunRepository.RunQuery;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.PromotionRequestId;
import org.millwright.registry.model.LoggedModel;
import org.millwright.registry.model.LoggedModelQuery;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.model.BinRepository.BinQuery;
import org.millwright.retention.model.DeletedItem;
import org.millwright.shared.Change;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.View;

/**
 * What every repository does about roles on single resources. There are three of each: people hold roles on some, and the
 * others are not there for them.
 */
public abstract class ResourceContract {
    private static final List<String> NAMES = List.of("churn", "fraud", "price");
    private static final ExperimentId CHURN = new ExperimentId(7);
    private static final ExperimentId FRAUD = new ExperimentId(8);
    private static final ExperimentId PRICE = new ExperimentId(9);
    private static final Grant READS_ALL = Grant.allow(Role.READER, Scope.in(MAIN));
    private static final Grant WORKS_ON_ALL = Grant.allow(Role.CONTRIBUTOR, Scope.in(MAIN));

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void three_of_each() {
        world = newWorld();
        world.run(() -> {
            for (var i = 0; i < NAMES.size(); i++) {
                make(NAMES.get(i), new ExperimentId(7 + i), String.valueOf(i + 1));
            }
        });
    }

    private void make(String name, ExperimentId experiment, String digit) {
        world.experiments()
                .save(Change.of(new Experiment(experiment, MAIN, name, Map.of(), NOON, NOON, null, Revision.UNSAVED)));
        var run = new RunId("run-of-" + name);
        world.runs().save(Runs.track(run.value(), experiment, NOON));
        var logged = new LoggedModelId("m-" + digit.repeat(32));
        world.tracking()
                .log(
                        run,
                        new TrackingBatch(
                                List.of(new Metric("auc", 0.9, 1, 1, logged.value(), "train", "d1")),
                                Map.of("depth", "4"),
                                Map.of()));
        world.tracking()
                .addDatasets(run, List.of(new DatasetInput("train", "d1", "local", "train.csv", null, null, Map.of())));
        world.loggedModels()
                .save(new LoggedModel(
                        logged,
                        MAIN,
                        experiment,
                        name,
                        "sklearn",
                        run,
                        LoggedModel.Status.READY,
                        Map.of(),
                        Map.of(),
                        NOON,
                        NOON,
                        null,
                        Revision.UNSAVED));
        var model = new ModelName(name);
        world.models().save(Change.of(RegisteredModel.create(MAIN, model, "", Map.of(), NOON)));
        var version = new ModelVersion(
                MAIN,
                new ModelRef(model, world.models().nextVersion(MAIN, model)),
                "runs:/" + run,
                new ArtifactPath(experiment + "/" + run + "/artifacts"),
                run,
                null,
                "",
                "ada",
                null,
                "",
                Map.of(),
                Stage.NONE,
                NOON,
                NOON,
                Revision.UNSAVED);
        world.models().saveVersion(version, List.of());
        world.promotions()
                .save(PromotionRequest.ask(
                        new PromotionRequestId(new UUID(0, experiment.value())),
                        version,
                        new Target.OfStage(Stage.PRODUCTION),
                        new PrincipalId("ben"),
                        "",
                        NOON.plusSeconds(experiment.value())));
        world.endpoints().save(Endpoints.create(name));
        world.compute().save(ComputeTarget.create(new ComputeName(name), MAIN, Targets.nodes(1), null, NOON));
    }

    @Test
    void what_somebody_holds_no_role_on_is_not_there_and_neither_is_what_belongs_to_it() {
        var ada = Acting.by(EXPERIMENT_READ, on(CHURN));

        assertThat(as(ada, () -> world.experiments().find(CHURN))).isPresent();
        assertThat(as(ada, () -> world.experiments().findByName(MAIN, "churn"))).isPresent();
        assertThat(as(ada, () -> world.runs().find(new RunId("run-of-churn")))).isPresent();
        assertThat(as(ada, () -> world.loggedModels().find(logged(1)))).isPresent();

        assertThat(as(ada, () -> world.experiments().find(FRAUD))).isEmpty();
        assertThat(as(ada, () -> world.experiments().findByName(MAIN, "fraud"))).isEmpty();
        assertThat(as(ada, () -> world.runs().find(new RunId("run-of-fraud")))).isEmpty();
        assertThat(as(ada, () -> world.runs().findForUpdate(new RunId("run-of-fraud"))))
                .isEmpty();
        assertThat(as(ada, () -> world.runs().holdForLogging(new RunId("run-of-fraud"))))
                .isEmpty();
        assertThat(as(ada, () -> world.loggedModels().find(logged(2)))).isEmpty();
        assertThat(as(ada, () -> world.loggedModels().of(new RunId("run-of-fraud"))))
                .isEmpty();
    }

    @Test
    void a_role_on_a_model_reaches_its_versions_and_requests_and_no_other_model() {
        var ada = Acting.by(MODEL_READ, on(ResourceKind.MODEL, "churn", Role.REGISTRY_USER));

        assertThat(as(ada, () -> world.models().find(MAIN, new ModelName("churn"))))
                .isPresent();
        assertThat(as(ada, () -> world.models().findVersion(MAIN, ModelRef.parse("churn:1"))))
                .isPresent();
        assertThat(as(ada, () -> world.promotions().find(MAIN, request(CHURN)))).isPresent();
        assertThat(as(ada, () -> world.promotions().requests(MAIN, new ModelName("churn"), 9)))
                .hasSize(1);

        assertThat(as(ada, () -> world.models().find(MAIN, new ModelName("fraud"))))
                .isEmpty();
        assertThat(as(ada, () -> world.models().findVersion(MAIN, ModelRef.parse("fraud:1"))))
                .isEmpty();
        assertThat(as(ada, () -> world.models().versions(MAIN, new ModelName("fraud"))))
                .isEmpty();
        assertThat(as(ada, () -> world.models().versionsOf(new RunId("run-of-fraud"))))
                .isEmpty();
        assertThat(as(ada, () -> world.models()
                        .newestByStage(MAIN, NAMES.stream().map(ModelName::new).toList())))
                .containsOnlyKeys(new ModelName("churn"));
        assertThat(as(ada, () -> world.promotions().find(MAIN, request(FRAUD)))).isEmpty();
        assertThat(as(ada, () -> world.promotions().requests(MAIN, new ModelName("fraud"), 9)))
                .isEmpty();
        assertThat(as(ada, () -> world.promotions().open(MAIN, 1)))
                .extracting(asked -> asked.version().name().value())
                .containsExactly("churn");
    }

    @Test
    void who_may_read_it_but_not_do_it_is_told_so_with_the_permission_and_the_resource() {
        var ada = Acting.by(EXPERIMENT_WRITE, READS_ALL, on(CHURN));

        assertThat(as(ada, () -> world.experiments().find(CHURN))).isPresent();
        assertThatThrownBy(() -> as(ada, () -> world.experiments().find(FRAUD)))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.problem())
                        .isEqualTo(new Problem.Forbidden(
                                "log to experiments and runs",
                                "'Ada' holds no role with EXPERIMENT_WRITE on experiment '8' of workspace 'main'")));
        assertRefused(
                Problem.Forbidden.class, () -> as(ada, () -> world.runs().holdForLogging(new RunId("run-of-fraud"))));
        var ben = Acting.by(ENDPOINT_WRITE, READS_ALL);
        assertRefused(
                Problem.Forbidden.class,
                () -> as(ben, () -> world.endpoints().findForUpdate(MAIN, new EndpointName("churn"))));
    }

    @Test
    void what_is_denied_is_not_there_whatever_else_allows_it() {
        var denied = Grant.deny(Role.READER, Scope.on(experiment(FRAUD)));
        var ada = Acting.by(EXPERIMENT_WRITE, WORKS_ON_ALL, denied);

        assertThat(as(ada, () -> world.experiments().find(CHURN))).isPresent();
        assertThat(as(ada, () -> world.experiments().find(FRAUD))).isEmpty();
        assertThat(experiments(ada)).containsExactlyInAnyOrder("Default", "churn", "price");
        assertThat(runs(ada)).containsExactly("run-of-churn", "run-of-price");
        assertThat(runs(ada, FRAUD, PRICE)).containsExactly("run-of-price");
    }

    @Test
    void lists_hold_what_is_reached_and_their_pages_are_full() {
        var two = new Grant[] {on(CHURN), on(PRICE)};
        var ada = Acting.by(EXPERIMENT_READ, two);
        assertThat(pages(ada, page -> world.experiments().search(MAIN, View.ACTIVE, List.of(), List.of(), page)))
                .extracting(Experiment::name)
                .containsExactly("churn", "price");
        assertThat(runs(ada)).containsExactly("run-of-churn", "run-of-price");
        assertThat(runs(ada, CHURN, FRAUD)).containsExactly("run-of-churn");
        assertThat(runs(ada, FRAUD)).isEmpty();
        var all = new LoggedModelQuery(List.of(CHURN, FRAUD, PRICE), List.of(), List.of(), List.of());
        assertThat(pages(ada, page -> world.loggedModels().search(MAIN, all, page)))
                .extracting(LoggedModel::name)
                .containsExactly("churn", "price");
        assertThat(as(ada, () -> world.dataUses().readersOf(MAIN, "d1", 2)))
                .containsExactlyInAnyOrder(new RunId("run-of-churn"), new RunId("run-of-price"));
        assertThat(as(ada, () -> world.datasetSummaries().of(MAIN, List.of(CHURN, FRAUD, PRICE), 9)))
                .hasSize(2);

        var ben = Acting.by(
                MODEL_READ,
                on(ResourceKind.MODEL, "churn", Role.REGISTRY_USER),
                on(ResourceKind.MODEL, "price", Role.REGISTRY_USER));
        assertThat(pages(ben, page -> world.models().search(MAIN, List.of(), List.of(), page)))
                .extracting(model -> model.name().value())
                .containsExactly("churn", "price");
        assertThat(pages(ben, page -> world.models().searchVersions(MAIN, List.of(), List.of(), page)))
                .extracting(version -> version.id().toString())
                .containsExactly("churn:1", "price:1");

        var cleo = Acting.by(ENDPOINT_READ, on(ResourceKind.ENDPOINT, "price", Role.READER));
        assertThat(as(cleo, () -> world.endpoints().of(MAIN)))
                .extracting(endpoint -> endpoint.name().value())
                .containsExactly("price");
        var dan = Acting.by(COMPUTE_READ, READS_ALL, Grant.deny(Role.READER, Scope.on(compute("price"))));
        assertThat(as(dan, () -> world.compute().of(MAIN)))
                .extracting(cluster -> cluster.name().value())
                .contains("churn", "fraud")
                .doesNotContain("price");
    }

    @Test
    void what_runs_logged_is_read_with_their_experiment_only() {
        var ada = Acting.by(MODEL_READ, READS_ALL, Grant.deny(Role.READER, Scope.on(experiment(FRAUD))));
        var both = List.of(new RunId("run-of-churn"), new RunId("run-of-fraud"));

        var read = as(ada, () -> world.tracking().read(both));

        assertThat(read.get(both.getFirst()).parameters()).containsEntry("depth", "4");
        assertThat(read.get(both.getLast()).parameters()).isEmpty();
        assertThat(read.get(both.getLast()).latest()).isEmpty();
        assertThat(as(ada, () -> world.tracking()
                        .ofModels(List.of(logged(1).value(), logged(2).value()))))
                .containsOnlyKeys(logged(1).value());
    }

    @Test
    void what_is_new_is_made_by_who_holds_a_role_on_the_workspace() {
        var one = Acting.by(EXPERIMENT_WRITE, Grant.allow(Role.CONTRIBUTOR, Scope.on(experiment(CHURN))));
        var fresh = new Experiment(new ExperimentId(20), MAIN, "fresh", Map.of(), NOON, NOON, null, Revision.UNSAVED);
        assertRefused(Problem.Forbidden.class, () -> as(one, () -> saved(fresh)));
        assertRefused(
                Problem.Forbidden.class,
                () -> as(one, () -> {
                    world.experiments().addIfAbsent(fresh);
                    return true;
                }));
        // A role on a name that nothing has yet makes nothing either.
        var early = Acting.by(MODEL_WRITE, on(ResourceKind.MODEL, "early", Role.REGISTRY_USER));
        assertRefused(
                Problem.Forbidden.class,
                () -> as(early, () -> {
                    world.models()
                            .save(Change.of(RegisteredModel.create(MAIN, new ModelName("early"), "", Map.of(), NOON)));
                    return true;
                }));

        var all = Acting.by(EXPERIMENT_WRITE, WORKS_ON_ALL, Grant.deny(Role.READER, Scope.on(experiment(FRAUD))));
        assertThat(as(all, () -> saved(fresh))).isTrue();
        var inOne = Acting.by(EXPERIMENT_WRITE, Grant.allow(Role.CONTRIBUTOR, Scope.on(experiment(CHURN))));
        assertThat(as(inOne, () -> {
                    world.runs().save(Runs.track("another", CHURN, NOON));
                    return true;
                }))
                .isTrue();
        assertRefused(
                Problem.Forbidden.class,
                () -> as(inOne, () -> {
                    world.runs().save(Runs.track("yet-another", FRAUD, NOON));
                    return true;
                }));
    }

    @Test
    void a_name_that_is_taken_is_refused_also_to_whom_it_is_hidden() {
        var ada = Acting.by(EXPERIMENT_WRITE, WORKS_ON_ALL, Grant.deny(Role.READER, Scope.on(experiment(FRAUD))));
        var again = new Experiment(new ExperimentId(20), MAIN, "fraud", Map.of(), NOON, NOON, null, Revision.UNSAVED);
        assertRefused(Problem.AlreadyExists.class, () -> as(ada, () -> saved(again)));
    }

    @Test
    void a_model_is_renamed_by_who_may_change_it_under_both_names() {
        var one = Acting.by(MODEL_WRITE, on(ResourceKind.MODEL, "churn", Role.REGISTRY_USER));
        assertRefused(Problem.Forbidden.class, () -> as(one, () -> renamed("churn", "other")));
        var all = Acting.by(MODEL_WRITE, WORKS_ON_ALL);
        assertThat(as(all, () -> renamed("churn", "other"))).isTrue();
    }

    @Test
    void a_permission_is_needed_on_the_model_that_a_request_is_about() {
        var approver = new Role("Approver", "", EnumSet.of(MODEL_READ, MODEL_APPROVE));
        var ada = Acting.by(MODEL_APPROVE, READS_ALL, on(ResourceKind.MODEL, "churn", approver));
        assertThat(as(ada, () -> world.promotions().findForUpdate(MAIN, request(CHURN))))
                .isPresent();
        assertRefused(
                Problem.Forbidden.class, () -> as(ada, () -> world.promotions().findForUpdate(MAIN, request(FRAUD))));
    }

    @Test
    void a_job_is_queued_for_a_compute_target_that_its_sender_may_read() {
        var some = Acting.by(
                JOB_SUBMIT,
                Grant.allow(Role.DATA_SCIENTIST, Scope.on(experiment(CHURN))),
                Grant.allow(Role.READER, Scope.on(compute("churn"))));
        assertThat(as(some, () -> queued("churn"))).isTrue();
        assertRefused(Problem.NotFound.class, () -> as(some, () -> queued("fraud")));
    }

    @Test
    void what_is_deleted_is_listed_for_who_could_read_it_before() {
        world.run(() -> {
            for (var id : List.of(CHURN, FRAUD)) {
                world.experiments()
                        .save(world.experiments().find(id).orElseThrow().delete(NOON));
            }
            for (var name : List.of("churn", "fraud")) {
                world.modelBin().put(MAIN, new ModelName(name), NOON);
                world.models().delete(MAIN, new ModelName(name));
            }
        });
        var ada = Acting.by(EXPERIMENT_READ, on(CHURN), on(ResourceKind.MODEL, "fraud", Role.REGISTRY_USER));
        var all = new BinQuery(MAIN, EnumSet.allOf(DeletedKind.class), null);

        assertThat(pages(ada, page -> world.bin().list(all, page)))
                .extracting(DeletedItem::kind, DeletedItem::name)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(DeletedKind.EXPERIMENT, "churn"),
                        org.assertj.core.groups.Tuple.tuple(DeletedKind.MODEL, "fraud"));
        assertThat(as(ada, () -> world.bin().findForUpdate(MAIN, DeletedKind.EXPERIMENT, "8")))
                .isEmpty();
        assertThat(as(ada, () -> world.bin().findForUpdate(MAIN, DeletedKind.EXPERIMENT, "7")))
                .isPresent();
    }

    @Test
    void roles_on_strange_ids_reach_nothing_and_break_nothing() {
        var ada = Acting.by(
                EXPERIMENT_READ,
                on(ResourceKind.EXPERIMENT, "seven", Role.READER),
                on(ResourceKind.EXPERIMENT, "007", Role.READER),
                on(ResourceKind.EXPERIMENT, "9".repeat(30), Role.READER));
        assertThat(experiments(ada)).isEmpty();
        assertThat(runs(ada)).isEmpty();
        var strange = "a\"b\\,{}' %s ?";
        world.run(() -> world.models()
                .save(Change.of(RegisteredModel.create(MAIN, new ModelName(strange), "", Map.of(), NOON))));
        var ben = Acting.by(MODEL_READ, on(ResourceKind.MODEL, strange, Role.REGISTRY_USER));
        assertThat(pages(ben, page -> world.models().search(MAIN, List.of(), List.of(), page)))
                .extracting(model -> model.name().value())
                .containsExactly(strange);
    }

    @Test
    void who_is_not_known_yet_reaches_nothing() {
        var before = Authority.nobody(Origin.SERVER).enter();
        try {
            assertThat(world.inTransaction(() -> world.experiments().find(CHURN)))
                    .isEmpty();
            assertThat(world.inTransaction(
                                    () -> world.models().search(MAIN, List.of(), List.of(), PageRequest.first(9)))
                            .items())
                    .isEmpty();
            assertRefused(
                    Problem.Unauthenticated.class,
                    () -> world.run(() -> world.endpoints().save(Endpoints.create("another"))));
        } finally {
            Authority.leave(before);
        }
    }

    private boolean saved(Experiment experiment) {
        world.experiments().save(Change.of(experiment));
        return true;
    }

    private boolean renamed(String from, String to) {
        world.models().rename(MAIN, new ModelName(from), new ModelName(to));
        return true;
    }

    private boolean queued(String compute) {
        world.queue()
                .enqueue(RunQueue.Request.ofOneNode("run-of-churn", MAIN, new ComputeName(compute), "ada", 0, NOON));
        return true;
    }

    private List<String> experiments(Acting who) {
        return pages(who, page -> world.experiments().search(MAIN, View.ACTIVE, List.of(), List.of(), page)).stream()
                .map(Experiment::name)
                .toList();
    }

    private List<String> runs(Acting who, ExperimentId... experiments) {
        var query = new RunQuery(MAIN, List.of(experiments), View.ACTIVE, List.of(), List.of());
        return pages(who, page -> world.runs().search(query, page)).stream()
                .map(Run::id)
                .map(RunId::value)
                .toList();
    }

    /** All there is, page by page of one: a page that is not the last is full. */
    private <T> List<T> pages(Acting who, Function<PageRequest, Page<T>> list) {
        var all = new ArrayList<T>();
        var page = as(who, () -> list.apply(PageRequest.first(1)));
        while (page.nextToken() != null) {
            assertThat(page.items()).hasSize(1);
            all.addAll(page.items());
            var next = new PageRequest(page.nextToken(), 1);
            page = as(who, () -> list.apply(next));
        }
        all.addAll(page.items());
        return all;
    }

    private <T> T as(Acting who, Supplier<T> work) {
        return who.get(() -> world.inTransaction(work));
    }

    private static Grant on(ExperimentId experiment) {
        return Grant.allow(Role.DATA_SCIENTIST, Scope.on(experiment(experiment)));
    }

    private static Grant on(ResourceKind kind, String id, Role role) {
        return Grant.allow(role, Scope.on(Resource.of(kind, MAIN, id)));
    }

    private static Resource experiment(ExperimentId id) {
        return Resource.of(ResourceKind.EXPERIMENT, MAIN, id);
    }

    private static Resource compute(String name) {
        return Resource.of(ResourceKind.COMPUTE, MAIN, name);
    }

    private static LoggedModelId logged(int number) {
        return new LoggedModelId("m-" + String.valueOf(number).repeat(32));
    }

    private static PromotionRequestId request(ExperimentId id) {
        return new PromotionRequestId(new UUID(0, id.value()));
    }
}
