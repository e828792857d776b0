package org.millwright.portal.shell;

import java.util.List;
import java.util.stream.Stream;
import org.millwright.access.Caller;
import org.millwright.access.Permission;
import org.millwright.wire.http.Extent;
import org.millwright.workspace.WorkspaceName;

/** The pages that the frame leads to. What somebody may not see is not among them. */
public final class Navigation {
    private static final List<Section> ALL = List.of(
            new Section(
                    "",
                    List.of(new Entry(
                            "home", "Home", "index.xhtml", "pi-home", Permission.WORKSPACE_READ, Extent.WORKSPACE))),
            new Section(
                    "Train",
                    List.of(
                            page("jobs", "Jobs", "pi-play-circle", Permission.EXPERIMENT_READ),
                            page("experiments", "Experiments", "pi-chart-line", Permission.EXPERIMENT_READ),
                            page("environments", "Environments", "pi-th-large", Permission.EXPERIMENT_READ),
                            page("schedules", "Schedules", "pi-calendar-clock", Permission.SCHEDULE_READ))),
            new Section(
                    "Deploy",
                    List.of(
                            page("models", "Models", "pi-box", Permission.MODEL_READ),
                            page("endpoints", "Endpoints", "pi-send", Permission.ENDPOINT_READ))),
            new Section(
                    "Manage",
                    List.of(
                            page("compute", "Compute", "pi-microchip", Permission.COMPUTE_READ),
                            page("webhooks", "Webhooks", "pi-megaphone", Permission.WEBHOOK_READ),
                            page("secrets", "Secrets", "pi-eye-slash", Permission.SECRET_READ),
                            anywhere("tokens", "Tokens", "pi-key", Permission.OWN_CREDENTIALS),
                            page("deleted", "Deleted", "pi-trash", Permission.EXPERIMENT_READ),
                            page("settings", "Settings", "pi-cog", Permission.WORKSPACE_READ))),
            new Section(
                    "Govern",
                    List.of(
                            anywhere("access", "Access", "pi-lock", Permission.ACCESS_READ),
                            anywhere("people", "People and groups", "pi-users", Permission.ACCESS_READ),
                            server("service-principals", "Service principals", "pi-server", Permission.ACCESS_READ),
                            anywhere("roles", "Roles", "pi-id-card", Permission.ACCESS_READ),
                            anywhere("why", "Why can't…?", "pi-question-circle", Permission.ACCESS_READ),
                            page("audit", "Audit", "pi-shield", Permission.AUDIT_READ))));

    private Navigation() {}

    /** Some pages under one heading. @param title empty for the first, which needs none */
    public record Section(String title, List<Entry> entries) {}

    /**
     * A page.
     *
     * @param key by which the page says that it is the one that is shown
     * @param needed what it takes to see it
     * @param on where it takes that, as on the page itself
     */
    public record Entry(String key, String label, String href, String icon, Permission needed, Extent on) {
        boolean isFor(Caller reader, WorkspaceName workspace) {
            return switch (on) {
                case WORKSPACE, NEW_RESOURCE, WHOLE_WORKSPACE -> reader.maySomewhereIn(needed, workspace);
                case ANYWHERE -> reader.mayAnywhere(needed);
                case SERVER -> reader.mayEverywhere(needed);
            };
        }
    }

    private static Entry page(String key, String label, String icon, Permission needed) {
        return new Entry(key, label, key + ".xhtml", icon, needed, Extent.WORKSPACE);
    }

    private static Entry anywhere(String key, String label, String icon, Permission needed) {
        return new Entry(key, label, key + ".xhtml", icon, needed, Extent.ANYWHERE);
    }

    private static Entry server(String key, String label, String icon, Permission needed) {
        return new Entry(key, label, key + ".xhtml", icon, needed, Extent.SERVER);
    }

    /** Those that they may see; headings with nothing under them are left out. */
    static List<Section> of(Caller reader, WorkspaceName workspace) {
        return ALL.stream()
                .map(section -> new Section(
                        section.title(),
                        section.entries().stream()
                                .filter(entry -> entry.isFor(reader, workspace))
                                .toList()))
                .filter(section -> !section.entries().isEmpty())
                .toList();
    }

    /** All pages there are, for whoever wants to know why somebody does not see one. */
    public static Stream<Entry> pages() {
        return ALL.stream().flatMap(section -> section.entries().stream());
    }
}
