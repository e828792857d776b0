package org.millwright.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.millwright.data.ArtifactPath;
import org.millwright.data.InMemoryArtifactStore;
import org.millwright.experiment.RunId;
import org.millwright.experiment.fake.Runs;
import org.millwright.fake.InMemoryWorld;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.app.Purging;
import org.millwright.retention.app.RecycleBin;
import org.millwright.retention.app.StepsInTransactions;
import org.millwright.shared.fake.SettableClock;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.Workspaces;

class PurgeJobTest {
    private final InMemoryWorld world = new InMemoryWorld();
    private final SettableClock clock = new SettableClock();
    private final Workspaces workspaces = new Workspaces(world.workspaces());
    private final RecycleBin bin = new RecycleBin(world.bin(), workspaces, clock);

    @Test
    void it_purges_what_was_ordered_and_what_is_due() {
        deleted("by-hand");
        bin.purge(WorkspaceName.MAIN, DeletedKind.RUN, "by-hand", "ada");
        clock.advance(Duration.ofDays(31));
        for (var i = 0; i < 250; i++) {
            deleted("old-" + i);
        }

        job(new InMemoryArtifactStore()).execute(null);

        assertThat(world.runs().all()).hasSize(250);
        clock.advance(Duration.ofDays(31));
        job(new InMemoryArtifactStore()).execute(null);
        assertThat(world.runs().all()).isEmpty();
    }

    @Test
    void one_that_cannot_be_purged_stops_no_other_and_is_tried_again() {
        deleted("broken");
        deleted("sound");
        for (var id : List.of("broken", "sound")) {
            bin.purge(WorkspaceName.MAIN, DeletedKind.RUN, id, "ada");
        }
        var store = new InMemoryArtifactStore() {
            @Override
            public void delete(ArtifactPath path) {
                if (path.value().contains("broken")) {
                    throw new IllegalStateException("The disk is read-only");
                }
                super.delete(path);
            }
        };

        job(store).execute(null);

        assertThat(world.runs().all()).extracting(run -> run.id().value()).containsExactly("broken");
        job(new InMemoryArtifactStore()).execute(null);
        assertThat(world.runs().all()).isEmpty();
    }

    private PurgeJob job(InMemoryArtifactStore files) {
        var steps = new StepsInTransactions(world, files);
        return new PurgeJob(bin, new Purging(steps, files, _ -> {}), workspaces);
    }

    private void deleted(String id) {
        world.runs().save(Runs.track(id, clock.instant()));
        world.runs().save(world.runs().find(new RunId(id)).orElseThrow().delete(clock.instant()));
    }
}
