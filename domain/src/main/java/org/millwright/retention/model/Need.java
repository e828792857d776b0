package org.millwright.retention.model;

import org.millwright.experiment.RunId;
import org.millwright.registry.ModelRef;

/** Why something that is deleted must stay for now. */
public sealed interface Need {

    /** A version in the registry was made from it. */
    record OriginOf(ModelRef version) implements Need {}

    /** A version in the bin was made from it, and would have nothing to come back to. */
    record OriginOfDeleted(ModelRef version) implements Need {}

    /** An endpoint answers with it. */
    record DeployedOn(String endpoint, ModelRef version) implements Need {}

    /** A run in it was restored by itself. */
    record HoldsRun(RunId run) implements Need {}

    /** It is experiment 0, which clients use that name none. */
    record UsedByDefault() implements Need {}

    /** What it is, and what to do about that; continues "Cannot purge run 'x': it is". */
    default String inWords() {
        return switch (this) {
            case OriginOf(var version) ->
                "the origin of model version '%s'; delete that version first".formatted(version);
            case OriginOfDeleted(var version) ->
                "the origin of model version '%s', which lies in the bin; purge that version first".formatted(version);
            case DeployedOn(var endpoint, var version) ->
                "deployed on endpoint '%s' as '%s'; delete that deployment first".formatted(endpoint, version);
            case HoldsRun(var run) -> "the home of run '%s', which is not deleted".formatted(run);
            case UsedByDefault() -> "the experiment of clients that name none; purge its runs instead";
        };
    }
}
