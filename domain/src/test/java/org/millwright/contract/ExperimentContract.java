package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.model.Experiment;
import org.millwright.shared.Change;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Revision;
import org.millwright.shared.View;
import org.millwright.workspace.WorkspaceName;

/** What every {@link org.millwright.experiment.model.ExperimentRepository} does. */
public abstract class ExperimentContract {
    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void begin() {
        world = newWorld();
    }

    @Test
    void the_default_experiment_is_there_and_new_ids_start_at_1() {
        assertThat(find(ExperimentId.DEFAULT).name()).isEqualTo("Default");
        assertThat(world.inTransaction(() -> world.experiments().nextId())).isEqualTo(new ExperimentId(1));
        assertThat(world.inTransaction(() -> world.experiments().nextId())).isEqualTo(new ExperimentId(2));
    }

    @Test
    void what_was_saved_is_found_again_with_a_new_revision() {
        save(named(7, "churn"));
        assertThat(find(new ExperimentId(7)).tags()).containsEntry("team", "risk");
        assertThat(find(new ExperimentId(7)).revision()).isEqualTo(new Revision(1));
    }

    @Test
    void the_default_experiment_can_be_changed_like_any_other() {
        save(find(ExperimentId.DEFAULT).tag("a", "b", NOON).next());
        assertThat(find(ExperimentId.DEFAULT).tags()).containsEntry("a", "b");
    }

    @Test
    void a_name_that_is_taken_is_refused_also_when_its_holder_is_deleted() {
        save(named(7, "churn"));
        save(find(new ExperimentId(7)).delete(NOON).next());
        assertRefused(Problem.AlreadyExists.class, () -> save(named(8, "churn")));
    }

    @Test
    void one_whose_name_is_free_is_added_and_one_whose_name_is_taken_changes_nothing() {
        world.run(() -> world.experiments().addIfAbsent(bare(8, "first-use")));
        assertThat(find(new ExperimentId(8)).revision()).isEqualTo(new Revision(1));
        save(named(7, "churn"));

        world.run(() -> world.experiments().addIfAbsent(bare(9, "churn")));

        assertThat(find(new ExperimentId(7)).tags()).containsEntry("team", "risk");
        assertThat(world.inTransaction(() -> world.experiments().find(new ExperimentId(9))))
                .isEmpty();
    }

    private static Experiment bare(long id, String name) {
        return new Experiment(
                new ExperimentId(id), WorkspaceName.MAIN, name, Map.of(), NOON, NOON, null, Revision.UNSAVED);
    }

    @Test
    void a_decision_on_an_old_revision_is_refused() {
        save(named(7, "churn"));
        var seen = find(new ExperimentId(7));
        save(seen.tag("a", "1", NOON).next());
        assertRefused(Problem.Stale.class, () -> save(seen.tag("a", "2", NOON).next()));
    }

    @Test
    void a_search_sees_what_its_view_and_its_clauses_let_through() {
        save(named(7, "churn"));
        save(named(8, "Churn-2"));
        save(named(9, "other"));
        save(find(new ExperimentId(9)).delete(NOON).next());
        assertThat(search(View.DELETED)).containsExactly("other");
        assertThat(search(View.ACTIVE, clause("name", Operator.ILIKE, "churn%")))
                .containsExactly("churn", "Churn-2");
        assertThat(search(View.ACTIVE, clause("name", Operator.LIKE, "churn%"))).containsExactly("churn");
        assertThat(search(View.ALL, new Criterion(Criterion.Subject.TAG, "team", Operator.EQUAL, List.of("risk"))))
                .containsExactly("churn", "Churn-2", "other");
    }

    @Test
    void what_cannot_be_searched_by_is_refused() {
        assertRefused(Problem.Invalid.class, () -> search(View.ALL, clause("colour", Operator.EQUAL, "red")));
    }

    private static Criterion clause(String key, Operator operator, String value) {
        return new Criterion(Criterion.Subject.ATTRIBUTE, key, operator, List.of(value));
    }

    private static Experiment named(long id, String name) {
        return new Experiment(
                new ExperimentId(id),
                WorkspaceName.MAIN,
                name,
                Map.of("team", "risk"),
                NOON,
                NOON,
                null,
                Revision.UNSAVED);
    }

    private List<String> search(View view, Criterion... filter) {
        return world.inTransaction(() -> world
                .experiments()
                .search(WorkspaceName.MAIN, view, List.of(filter), List.of(), PageRequest.first(100))
                .items()
                .stream()
                .map(Experiment::name)
                .filter(name -> !name.equals("Default"))
                .toList());
    }

    private Experiment find(ExperimentId id) {
        return world.inTransaction(() -> world.experiments().find(id)).orElseThrow();
    }

    private void save(Experiment experiment) {
        world.run(() -> world.experiments().save(Change.of(experiment)));
    }
}
