package org.millwright.portal.experiment;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.model.Experiment;
import org.millwright.portal.job.JobRow;
import org.millwright.portal.job.RunList;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.View;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The experiments, with the latest run of each. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class ExperimentsPage {
    private static final int ROWS = 25;

    private final Address address;
    private final CurrentCaller caller;
    private final Experiments experiments;
    private final RunList runs;
    private final Notices notices;
    private List<Row> rows = List.of();
    private String older = "";

    @Inject
    public ExperimentsPage(
            Address address, CurrentCaller caller, Experiments experiments, RunList runs, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.experiments = experiments;
        this.runs = runs;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected ExperimentsPage() {
        this(null, null, null, null, null);
    }

    /** One experiment. @param latest its newest run; null when it has none */
    public record Row(
            String name,
            String id,
            String link,
            Instant createdAt,
            @Nullable JobRow latest) {}

    /** Reads the page before anything of it is sent. */
    public void open() {
        var page = find();
        rows = page.items().stream().map(this::row).toList();
        older = page.nextToken() == null ? "" : page.nextToken();
    }

    private Page<Experiment> find() {
        var after = address.text("after");
        var criteria = getText().isBlank()
                ? List.<Criterion>of()
                : List.of(new Criterion(
                        Criterion.Subject.ATTRIBUTE,
                        "name",
                        Operator.ILIKE,
                        List.of("%" + getText().strip() + "%")));
        return experiments.search(
                caller.workspace(),
                View.ACTIVE,
                criteria,
                List.of(),
                new PageRequest(after.isEmpty() ? null : after, ROWS));
    }

    private Row row(Experiment experiment) {
        var latest = runs.find(List.of(experiment.id()), List.of(), PageRequest.first(1))
                .items();
        return new Row(
                experiment.name(),
                experiment.id().toString(),
                Links.experiment(experiment.name()),
                experiment.createdAt(),
                latest.isEmpty() ? null : latest.getFirst());
    }

    /** With its runs. */
    @Requires(Permission.EXPERIMENT_WRITE)
    public void delete() {
        notices.attempt(
                () -> experiments.delete(caller.workspace(), ExperimentId.parse(address.field("target"))),
                "Deleted; it can be restored until it is purged");
    }

    public boolean isChangeable() {
        return caller.maySomewhere(Permission.EXPERIMENT_WRITE);
    }

    public boolean mayChange(String experiment) {
        return caller.may(Permission.EXPERIMENT_WRITE, experiment);
    }

    public List<Row> getRows() {
        return rows;
    }

    public String getOlder() {
        return older;
    }

    public String getText() {
        return address.text("q");
    }
}
