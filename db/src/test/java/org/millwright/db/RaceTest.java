package org.millwright.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.app.Provisioning;
import org.millwright.access.app.RightsChanges;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.access.model.ProvidedIdentity;
import org.millwright.access.model.ProvidedRole;
import org.millwright.access.model.ProviderRules;
import org.millwright.compute.ComputeName;
import org.millwright.compute.RunQueue.Claim;
import org.millwright.compute.RunQueue.Request;
import org.millwright.compute.fake.Targets;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.Metric;
import org.millwright.experiment.model.TrackingBatch;
import org.millwright.registry.ModelName;
import org.millwright.registry.ModelRef;
import org.millwright.registry.app.ModelPlaces;
import org.millwright.registry.app.Promotions;
import org.millwright.registry.model.ModelVersion;
import org.millwright.registry.model.PromotionRequest;
import org.millwright.registry.model.RegisteredModel;
import org.millwright.registry.model.Stage;
import org.millwright.registry.model.Target;
import org.millwright.shared.Change;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Revision;
import org.millwright.shared.fake.Ids;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.Workspaces;

/** What several do at once. */
class RaceTest {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final int RACERS = 6;

    private final PostgresWorld world = new PostgresWorld();

    @Test
    void no_two_dispatchers_get_the_same_run_or_slot() throws Exception {
        world.run(() -> {
            world.compute().save(Targets.local(40));
            for (var i = 0; i < 60; i++) {
                world.runs().save(Runs.queue("r" + i, NOON));
                world.queue().enqueue(Request.ofOneNode("r" + i, MAIN, ComputeName.LOCAL, "ada", 500, NOON));
            }
        });
        var claims = race(number -> {
            var mine = new ArrayList<Claim>();
            for (var again = 0; again < 8; again++) {
                mine.addAll(world.inTransaction(() -> world.queue().claim("server-" + number, 3)));
            }
            return mine;
        });
        var all = claims.stream().flatMap(List::stream).toList();
        var rest = world.inTransaction(() -> world.queue().claim("last", 100));
        assertThat(all).extracting(Claim::slot).doesNotHaveDuplicates();
        assertThat(all).extracting(Claim::attempt).doesNotHaveDuplicates();
        assertThat(all.size() + rest.size()).isEqualTo(40);
    }

    @Test
    void a_run_that_is_being_claimed_cannot_be_withdrawn_and_nobody_waits() {
        world.run(() -> {
            world.compute().save(Targets.local(1));
            world.runs().save(Runs.queue("r", NOON));
            world.queue().enqueue(Request.ofOneNode("r", MAIN, ComputeName.LOCAL, "ada", 500, NOON));
        });
        var withdrawn = world.inTransaction(() -> {
            assertThat(world.queue().claim("server", 1)).hasSize(1);
            return world.inTransaction(() -> world.queue().withdraw("r"));
        });
        assertThat(withdrawn).isFalse();
    }

    @Test
    void of_several_uses_of_a_sign_in_link_one_wins() throws Exception {
        var link = new CredentialId(new UUID(0, 1));
        world.run(() -> {
            world.principals().add(Principal.local(Runs.OWNER, PrincipalKind.USER, "Ada", NOON));
            world.credentials()
                    .add(Credential.made(
                            link,
                            CredentialKind.SIGN_IN_LINK,
                            Runs.OWNER,
                            "",
                            "a".repeat(64),
                            Confinement.NONE,
                            NOON,
                            null));
        });
        assertThat(race(_ -> world.inTransaction(() -> world.credentials().revoke(link, NOON))))
                .containsOnlyOnce(true);
    }

    @Test
    void of_several_uses_of_a_signed_statement_one_wins() throws Exception {
        assertThat(race(_ -> world.inTransaction(
                        () -> world.credentials().useOnce("b".repeat(64), NOON.plusSeconds(60), NOON))))
                .containsOnlyOnce(true);
    }

    @Test
    void several_registrations_get_different_numbers() throws Exception {
        var churn = new ModelName("churn");
        world.run(() -> world.models().save(Change.of(RegisteredModel.create(MAIN, churn, "", Map.of(), NOON))));
        assertThat(race(_ -> world.inTransaction(() -> world.models().nextVersion(MAIN, churn))))
                .containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
    }

    @Test
    void the_first_jobs_of_an_experiment_make_it_once_and_all_find_it() throws Exception {
        var found = race(
                _ -> world.inTransaction(() -> new Experiments(world.experiments(), world.runs(), new SettableClock())
                        .ensure(MAIN, "first-use")
                        .id()));
        assertThat(Set.copyOf(found)).hasSize(1);
    }

    @Test
    void batches_that_overlap_leave_each_point_once() throws Exception {
        world.run(() -> world.runs().save(Runs.track("r", NOON)));
        race(number -> {
            var points = new ArrayList<Metric>();
            for (var i = 0; i < 200; i++) {
                points.add(new Metric("key" + (number + i) % 5, i, i, i));
            }
            if (number % 2 == 0) {
                java.util.Collections.reverse(points);
            }
            world.run(() -> world.tracking().log(new RunId("r"), new TrackingBatch(points, Map.of(), Map.of())));
            return true;
        });
        var counted = world.inTransaction(() -> world.database()
                .query("""
                        SELECT (SELECT sum(cardinality(steps)) FROM experiment.metric_point), (SELECT sum(points) FROM experiment.metric_summary)
                        """, row -> List.of(row.getLong(1), row.getLong(2)))
                .getFirst());
        assertThat(counted).containsExactly(1000L, 1000L);
        assertThat(world.inTransaction(() -> world.tracking().history(new RunId("r"), "key0", PageRequest.first(1000)))
                        .items())
                .hasSize(200);
    }

    @Test
    void of_two_decisions_on_one_revision_one_is_stale() throws Exception {
        world.run(() -> world.runs().save(Runs.track("r", NOON)));
        var seen = world.inTransaction(() -> world.runs().find(new RunId("r"))).orElseThrow();
        var answers = race(number -> {
            try {
                world.run(() -> world.runs().save(seen.rename("name " + number)));
                return "saved";
            } catch (Refused refused) {
                return refused.problem() instanceof Problem.Stale ? "stale" : refused.getMessage();
            }
        });
        assertThat(answers).containsOnlyOnce("saved").containsOnly("saved", "stale");
    }

    @Test
    void a_stage_and_an_alias_have_one_holder_at_every_moment_whoever_promotes() throws Exception {
        var churn = new ModelName("churn");
        var places = new ModelPlaces(world.models(), world.promotions(), new SettableClock());
        var promotions = new Promotions(places, world.promotions(), new Ids(), new SettableClock());
        world.run(() -> world.models().save(Change.of(RegisteredModel.create(MAIN, churn, "", Map.of(), NOON))));
        for (var number = 1; number <= RACERS; number++) {
            register(new ModelRef(churn, number));
        }
        var production = new Target.OfStage(Stage.PRODUCTION);
        var champion = new Target.OfAlias("champion");
        for (var target : List.of(production, champion)) {
            world.run(() -> promotions.promote(MAIN, new ModelRef(churn, 1), target, Runs.OWNER, ""));
        }
        var racing = new AtomicInteger(RACERS - 1);
        var seen = race(number -> {
            if (number == 0) {
                var looks = new ArrayList<List<Integer>>();
                do {
                    looks.add(world.inTransaction(() -> holders(churn)));
                } while (racing.get() > 0);
                return looks;
            }
            try {
                for (var again = 0; again < 20; again++) {
                    var version = new ModelRef(churn, 1 + (number + again) % RACERS);
                    world.run(() -> promotions.promote(MAIN, version, production, Runs.OWNER, ""));
                    world.run(() -> promotions.promote(MAIN, version, champion, Runs.OWNER, ""));
                }
            } finally {
                racing.decrementAndGet();
            }
            return List.<List<Integer>>of();
        });
        assertThat(seen.getFirst()).isNotEmpty().allSatisfy(holders -> assertThat(holders)
                .containsExactly(1, 1));
        // Each promotion replaced the one before it: the history is a chain without gaps.
        var history = world.inTransaction(() -> promotions.history(MAIN, churn, production));
        for (var line = 0; line + 1 < history.size(); line++) {
            assertThat(history.get(line).previous())
                    .isEqualTo(history.get(line + 1).version());
        }
    }

    /** How many versions are in Production, and how many bear the alias. */
    private List<Integer> holders(ModelName model) {
        return world.database()
                .query("""
                        SELECT (SELECT count(*) FROM registry.model_version
                                WHERE workspace = ? AND model = m.name AND stage = 'PRODUCTION'),
                            (SELECT count(*) FROM jsonb_each(m.aliases) a WHERE a.key = 'champion')
                        FROM registry.registered_model m WHERE m.workspace = ? AND m.name = ?
                        """, row -> List.of(row.getInt(1), row.getInt(2)), MAIN.value(), MAIN.value(), model.value())
                .getFirst();
    }

    private void register(ModelRef id) {
        world.run(() -> world.models()
                .saveVersion(
                        new ModelVersion(
                                MAIN,
                                id,
                                "runs:/r/model",
                                null,
                                null,
                                null,
                                "",
                                "ada",
                                Runs.OWNER,
                                "",
                                Map.of(),
                                Stage.NONE,
                                NOON,
                                NOON,
                                Revision.UNSAVED),
                        List.of()));
    }

    @Test
    void approvals_that_come_at_once_all_count_and_promote_once() throws Exception {
        var churn = new ModelName("churn");
        var production = new Target.OfStage(Stage.PRODUCTION);
        var places = new ModelPlaces(world.models(), world.promotions(), new SettableClock());
        var promotions = new Promotions(places, world.promotions(), new Ids(), new SettableClock());
        world.run(() -> world.models().save(Change.of(RegisteredModel.create(MAIN, churn, "", Map.of(), NOON))));
        register(new ModelRef(churn, 1));
        world.run(() -> promotions.guard(MAIN, churn, production, RACERS, Set.of(), Runs.OWNER));
        world.run(() -> promotions.promote(MAIN, new ModelRef(churn, 1), production, Runs.OWNER, ""));
        var request = world.inTransaction(
                () -> promotions.open(MAIN).getFirst().request().id());
        race(number -> world.inTransaction(
                () -> promotions.approve(MAIN, request, new PrincipalId("approver-" + number), "")));
        assertThat(world.inTransaction(() -> promotions.get(MAIN, request))
                        .request()
                        .state())
                .isInstanceOf(PromotionRequest.State.Promoted.class);
        assertThat(world.inTransaction(() -> promotions.history(MAIN, churn, production)))
                .hasSize(1);
        assertThat(world.inTransaction(() -> holders(churn))).containsExactly(1, 0);
    }

    @Test
    void people_of_a_provider_who_come_at_once_with_the_same_groups_are_made_known_once_each() throws Exception {
        var groups = new HashSet<String>();
        for (var i = 0; i < 40; i++) {
            groups.add("group-" + i);
        }
        var rules = new ProviderRules(Map.of(), new ProvidedRole("Reader", null), Set.of());
        var directory = new Workspaces(world.workspaces());
        var provisioning = new Provisioning(
                world.principals(), world.roles(), directory, new RightsChanges(), new Ids(), new SettableClock());

        race(number -> {
            for (var person : List.of("ada", "person-" + number)) {
                var who = new ProvidedIdentity(new Identity("p", person), person, person, null, groups, Set.of());
                world.inTransaction(() -> provisioning.follow(who, rules));
            }
            return number;
        });

        var ada = new PrincipalId("p:ada");
        assertThat(world.inTransaction(() -> world.principals().groupsOf(ada))).hasSize(groups.size() + 1);
        assertThat(world.inTransaction(() -> world.principals().membersOf(new PrincipalId("p:group:group-7"))))
                .hasSize(RACERS + 1);
        assertThat(world.inTransaction(() -> world.roles().heldBy(ada)))
                .extracting(held -> held.assignment().grant())
                .containsExactly(Grant.allow(Role.READER, Scope.SERVER));
    }

    private interface Racer<T> {
        T go(int number) throws Exception;
    }

    /** Lets all do the same at once. @return what each got */
    private static <T> List<T> race(Racer<T> racer) throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(RACERS)) {
            var tasks = new ArrayList<Callable<T>>();
            for (var i = 0; i < RACERS; i++) {
                var number = i;
                tasks.add(() -> racer.go(number));
            }
            var results = new ArrayList<T>();
            for (var result : threads.invokeAll(tasks)) {
                results.add(result.get());
            }
            return results;
        }
    }
}
