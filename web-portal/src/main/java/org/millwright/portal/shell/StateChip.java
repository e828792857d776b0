package org.millwright.portal.shell;

import org.millwright.endpoint.model.DeploymentState;
import org.millwright.experiment.model.RunState;
import org.millwright.monitoring.model.Delivery;
import org.millwright.monitoring.model.Webhook;

/**
 * How a state is shown: always by an icon and a word, so that colour is never the only sign.
 *
 * @param tone names a colour of the style sheet: good, bad, busy, waiting, quiet
 * @param icon of PrimeIcons
 */
public record StateChip(String label, String tone, String icon) {

    public static StateChip of(RunState state) {
        return switch (state) {
            case RunState.Queued _ -> new StateChip("Queued", "waiting", "pi-clock");
            case RunState.Preparing _ -> new StateChip("Preparing", "busy", "pi-box");
            case RunState.Running _ -> new StateChip("Running", "busy", "pi-sync");
            case RunState.CancelRequested _ -> new StateChip("Canceling", "waiting", "pi-stop-circle");
            case RunState.Finalizing _ -> new StateChip("Finalizing", "busy", "pi-download");
            case RunState.Completed _ -> new StateChip("Completed", "good", "pi-check-circle");
            case RunState.Failed _ -> new StateChip("Failed", "bad", "pi-times-circle");
            case RunState.Canceled _ -> new StateChip("Canceled", "quiet", "pi-ban");
        };
    }

    public static StateChip of(Webhook webhook) {
        return webhook.active()
                ? new StateChip("Active", "good", "pi-check-circle")
                : new StateChip("Disabled", "quiet", "pi-pause-circle");
    }

    public static StateChip of(Delivery.State state) {
        return switch (state) {
            case Delivery.State.Waiting _ -> new StateChip("Waiting", "waiting", "pi-clock");
            case Delivery.State.Delivered _ -> new StateChip("Delivered", "good", "pi-check-circle");
            case Delivery.State.GaveUp _ -> new StateChip("Gave up", "bad", "pi-times-circle");
        };
    }

    public static StateChip of(DeploymentState state) {
        return switch (state) {
            case DeploymentState.Creating _ -> new StateChip("Creating", "busy", "pi-sync");
            case DeploymentState.Succeeded _ -> new StateChip("Serving", "good", "pi-check-circle");
            case DeploymentState.Failed _ -> new StateChip("Failed", "bad", "pi-times-circle");
        };
    }
}
