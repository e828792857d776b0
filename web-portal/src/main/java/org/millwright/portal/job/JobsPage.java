package org.millwright.portal.job;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.model.Experiment;
import org.millwright.portal.shell.Address;
import org.millwright.shared.Criterion;
import org.millwright.shared.Operator;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.shared.View;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The list of runs: filtered by state, text and experiment, all of which stands in the address. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class JobsPage {
    private static final int ROWS = 30;
    private static final int MOST_EXPERIMENTS = 200;

    private final Address address;
    private final CurrentCaller caller;
    private final RunList runs;
    private final Experiments experiments;
    private @Nullable Page<JobRow> page;
    private String hint = "";

    @Inject
    public JobsPage(Address address, CurrentCaller caller, RunList runs, Experiments experiments) {
        this.address = address;
        this.caller = caller;
        this.runs = runs;
        this.experiments = experiments;
    }

    @SuppressWarnings("NullAway")
    protected JobsPage() {
        this(null, null, null, null);
    }

    /** Reads the page before anything of it is sent. */
    public void open() {
        page = read();
    }

    private Page<JobRow> read() {
        var criteria = new ArrayList<>(StateFilter.parse(getState()).criteria());
        if (!getText().isBlank()) {
            criteria.add(contains(getText().strip()));
        }
        var of = new ArrayList<ExperimentId>();
        if (!getExperiment().isEmpty()) {
            try {
                of.add(experiments
                        .getByName(caller.workspace(), getExperiment())
                        .id());
            } catch (Refused unknown) {
                hint = unknown.problem().sentence();
                return Page.last(List.of());
            }
        }
        var after = address.text("after");
        return runs.find(of, criteria, new PageRequest(after.isEmpty() ? null : after, ROWS));
    }

    private static Criterion contains(String text) {
        var escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_");
        return new Criterion(Criterion.Subject.ATTRIBUTE, "run_name", Operator.ILIKE, List.of("%" + escaped + "%"));
    }

    public List<JobRow> getRows() {
        return page == null ? List.of() : page.items();
    }

    /** Where the next, older page begins; empty on the last. */
    public String getOlder() {
        return page == null || page.nextToken() == null ? "" : page.nextToken();
    }

    public boolean isFirst() {
        return address.text("after").isEmpty();
    }

    public boolean isFiltered() {
        return !getText().isBlank() || !getExperiment().isEmpty() || !getState().isEmpty();
    }

    /** Whether something on the page may change by itself. */
    public boolean isLive() {
        return isFirst() || getRows().stream().anyMatch(JobRow::open);
    }

    public String getHint() {
        return hint;
    }

    public String getState() {
        return StateFilter.parse(address.text("state")).getKey();
    }

    public String getText() {
        return address.text("q");
    }

    public String getExperiment() {
        return address.text("experiment");
    }

    public StateFilter[] getStates() {
        return StateFilter.values();
    }

    public List<String> getExperiments() {
        return experiments
                .search(caller.workspace(), View.ACTIVE, List.of(), List.of(), PageRequest.first(MOST_EXPERIMENTS))
                .items()
                .stream()
                .map(Experiment::name)
                .sorted(String.CASE_INSENSITIVE_ORDER)
                .toList();
    }
}
