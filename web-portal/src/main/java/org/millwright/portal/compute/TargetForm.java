package org.millwright.portal.compute;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.compute.ComputeKind;
import org.millwright.compute.PodSettings;
import org.millwright.compute.Tier;
import org.millwright.compute.VmSize;
import org.millwright.compute.VmSizes;
import org.millwright.compute.app.ComputeTargets;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.secret.SecretName;
import org.millwright.shared.Refused;

/** Reads from a form of the page what a compute target is to be made of. */
final class TargetForm {
    private final Address form;
    private final ComputeTargets compute;

    TargetForm(Address form, ComputeTargets compute) {
        this.form = form;
        this.compute = compute;
    }

    static List<Choice> sizes() {
        var sizes = new ArrayList<Choice>();
        sizes.add(new Choice(VmSize.SHARE, "An equal part of this machine"));
        VmSizes.all()
                .forEach(size -> sizes.add(new Choice(
                        size.name(),
                        "%s: %s CPU, %d GiB%s"
                                .formatted(
                                        size.name(),
                                        (int) size.cpus(),
                                        size.memoryBytes() >> 30,
                                        size.gpus() == 0 ? "" : ", %d GPU".formatted(size.gpus())))));
        return sizes;
    }

    ComputeKind cluster() {
        var size = form.field("size");
        return new ComputeKind.Cluster(
                size.equals(VmSize.SHARE) ? compute.shareOfMachine() : VmSize.named(size),
                tier(),
                number("min_instances", "min"),
                number("max_instances", "max"),
                Duration.ofSeconds(number("idle_time_before_scale_down", "idle")));
    }

    ComputeKind attached() {
        var address = form.field("address").strip();
        var most = number("max_instances", "max");
        return switch (form.field("type")) {
            case "kubernetes" ->
                new ComputeKind.Kubernetes(
                        address,
                        credential(),
                        most,
                        form.field("namespace").isBlank()
                                ? "default"
                                : form.field("namespace").strip(),
                        form.field("ca").isBlank() ? null : form.field("ca").strip(),
                        null,
                        PodSettings.of(PodSettings.USUAL_IMAGE));
            case "livy" -> new ComputeKind.Livy(address, credential(), most);
            case "databricks" -> new ComputeKind.Databricks(address, credential(), most);
            case "spark_standalone" -> new ComputeKind.SparkStandalone(address, credential(), most);
            default -> throw Refused.invalid("type", "choose one");
        };
    }

    /** The same target with other bounds. */
    ComputeKind resized(ComputeKind was) {
        var most = number("max_instances", "max");
        return switch (was) {
            case ComputeKind.Cluster cluster ->
                new ComputeKind.Cluster(
                        cluster.size(),
                        tier(),
                        number("min_instances", "min"),
                        most,
                        Duration.ofSeconds(number("idle_time_before_scale_down", "idle")));
            case ComputeKind.Kubernetes attached ->
                new ComputeKind.Kubernetes(
                        attached.address(),
                        attached.credential(),
                        most,
                        attached.namespace(),
                        attached.certificateAuthority(),
                        attached.serverAddress(),
                        attached.pods());
            case ComputeKind.Livy attached ->
                new ComputeKind.Livy(attached.address(), attached.credential(), most, attached.launcher());
            case ComputeKind.Databricks attached ->
                new ComputeKind.Databricks(
                        attached.address(),
                        attached.credential(),
                        most,
                        attached.cluster(),
                        attached.sparkVersion(),
                        attached.nodeType(),
                        attached.folder());
            case ComputeKind.SparkStandalone attached ->
                new ComputeKind.SparkStandalone(
                        attached.address(),
                        attached.credential(),
                        most,
                        attached.master(),
                        attached.python(),
                        attached.launcher());
        };
    }

    private Tier tier() {
        return form.field("tier").equals("low_priority") ? Tier.LOW_PRIORITY : Tier.DEDICATED;
    }

    private @Nullable SecretName credential() {
        var name = form.field("credential").strip();
        return name.isEmpty() ? null : new SecretName(name);
    }

    private int number(String what, String field) {
        try {
            return Integer.parseInt(form.field(field).strip());
        } catch (NumberFormatException no) {
            throw Refused.invalid(what, "a whole number");
        }
    }
}
