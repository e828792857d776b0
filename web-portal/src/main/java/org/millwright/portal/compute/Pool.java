package org.millwright.portal.compute;

import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.Isolation;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.experiment.RunId;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Wording;

/**
 * A pool with its load.
 *
 * @param isolation what isolates its jobs @param weak whether nothing does @param percent of its slots that are taken
 */
public record Pool(
        String name,
        boolean paused,
        List<Slot> slots,
        long busy,
        int waiting,
        int percent,
        String load,
        String isolation,
        String obstacle,
        boolean weak) {

    /** @param run who holds it; null when it is free */
    public record Slot(int number, @Nullable String run, String link) {}

    public static Pool of(ComputeTargets.Load load) {
        var slots = load.slots().stream()
                .map(slot ->
                        new Slot(slot.slot(), slot.run(), slot.run() == null ? "" : Links.run(new RunId(slot.run()))))
                .toList();
        var size = load.target().kind().maxNodes();
        return new Pool(
                load.target().name().value(),
                load.target().paused(),
                slots,
                load.busy(),
                load.waiting(),
                (int) Math.min(100, 100 * load.busy() / size),
                "%d of %s busy".formatted(load.busy(), Wording.count(size, "slot")),
                load.isolation().summary(),
                Objects.requireNonNullElse(load.isolation().obstacle(), ""),
                load.isolation().kind() == Isolation.Kind.NONE
                        || load.isolation().kind() == Isolation.Kind.REFUSED);
    }
}
