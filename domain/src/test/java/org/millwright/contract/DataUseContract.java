package org.millwright.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.shared.fake.SettableClock.NOON;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Jobs;
import org.millwright.experiment.fake.Runs;
import org.millwright.experiment.model.DatasetInput;
import org.millwright.experiment.model.ModelLink;
import org.millwright.workspace.WorkspaceName;

/** What everybody does who finds the readers of data. */
public abstract class DataUseContract {
    private static final WorkspaceName MAIN = WorkspaceName.MAIN;
    private static final String MODEL = "m-" + "a".repeat(32);

    private World world;

    protected abstract World newWorld();

    @BeforeEach
    void runs_that_read_this_and_that() {
        world = newWorld();
        world.run(() -> world.runs().save(Runs.track("older", NOON)));
        world.run(() -> world.runs().save(Runs.track("newer", NOON.plusSeconds(1))));
        world.run(() -> world.runs().save(Runs.queue("job", NOON)));
        for (var run : List.of("older", "newer")) {
            world.run(() -> world.tracking()
                    .addDatasets(
                            new RunId(run),
                            List.of(new DatasetInput("train", "d1", "local", "train.csv", null, null, Map.of()))));
        }
        world.run(() -> world.tracking()
                .addModels(new RunId("newer"), List.of(new ModelLink(MODEL, 0, ModelLink.Direction.INPUT))));
        world.run(() -> world.tracking()
                .addModels(new RunId("older"), List.of(new ModelLink(MODEL, 0, ModelLink.Direction.OUTPUT))));
    }

    @Test
    void the_readers_of_a_logged_data_set_are_found_the_newest_first() {
        assertThat(readersOf(MAIN, "d1", 9)).containsExactly(new RunId("newer"), new RunId("older"));
        assertThat(readersOf(MAIN, "d1", 1)).containsExactly(new RunId("newer"));
        assertThat(readersOf(MAIN, "d2", 9)).isEmpty();
        assertThat(readersOf(new WorkspaceName("other"), "d1", 9)).isEmpty();
    }

    @Test
    void the_jobs_that_were_given_some_files_are_found() {
        assertThat(readersOf(MAIN, Jobs.SNAPSHOT.value(), 9)).containsExactly(new RunId("job"));
    }

    @Test
    void who_was_deleted_is_not_found() {
        world.run(() -> world.runs()
                .save(world.runs().find(new RunId("newer")).orElseThrow().delete(NOON)));
        assertThat(readersOf(MAIN, "d1", 9)).containsExactly(new RunId("older"));
    }

    @Test
    void who_read_a_model_is_found_and_not_who_wrote_it() {
        assertThat(world.inTransaction(() -> world.dataUses().readersOfModel(MAIN, MODEL, 9)))
                .containsExactly(new RunId("newer"));
    }

    private List<RunId> readersOf(WorkspaceName workspace, String digest, int most) {
        return world.inTransaction(() -> world.dataUses().readersOf(workspace, digest, most));
    }
}
