package org.millwright.portal.deleted;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Permission;
import org.millwright.experiment.ExperimentId;
import org.millwright.experiment.RunId;
import org.millwright.experiment.app.Experiments;
import org.millwright.experiment.app.RunLifecycle;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Notices;
import org.millwright.registry.BinId;
import org.millwright.registry.LoggedModelId;
import org.millwright.registry.app.LoggedModels;
import org.millwright.registry.app.ModelRegistry;
import org.millwright.retention.DeletedKind;
import org.millwright.retention.app.RecycleBin;
import org.millwright.retention.model.DeletedItem;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** What is deleted, until when it can be restored, and the two ways out. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class DeletedPage {
    private static final int ROWS = 50;

    private final Address address;
    private final CurrentCaller caller;
    private final RecycleBin bin;
    private final RunLifecycle runs;
    private final Experiments experiments;
    private final LoggedModels loggedModels;
    private final ModelRegistry registry;
    private final Notices notices;
    private List<Row> rows = List.of();
    private String older = "";

    @Inject
    public DeletedPage(
            Address address,
            CurrentCaller caller,
            RecycleBin bin,
            RunLifecycle runs,
            Experiments experiments,
            LoggedModels loggedModels,
            ModelRegistry registry,
            Notices notices) {
        this.address = address;
        this.caller = caller;
        this.bin = bin;
        this.runs = runs;
        this.experiments = experiments;
        this.loggedModels = loggedModels;
        this.registry = registry;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected DeletedPage() {
        this(null, null, null, null, null, null, null, null);
    }

    /**
     * One deleted thing.
     *
     * @param target what the forms say of it
     * @param place its experiment; empty when there is none
     * @param purgeAt when retention purges it; null for never
     */
    public record Row(
            String target,
            String kind,
            String icon,
            String name,
            String place,
            Instant deletedAt,
            @Nullable Instant purgeAt,
            boolean beingPurged,
            boolean restorable,
            boolean purgeable) {}

    /** Reads the page before anything of it is sent. */
    public void open() {
        var after = address.text("after");
        var page = bin.list(caller.workspace(), shown(), null, new PageRequest(after.isEmpty() ? null : after, ROWS));
        rows = page.items().stream().map(this::row).toList();
        older = page.nextToken() == null ? "" : page.nextToken();
    }

    private Set<DeletedKind> shown() {
        var wanted = getKind();
        var kinds = EnumSet.allOf(DeletedKind.class);
        kinds.removeIf(kind -> !wanted.isEmpty() && !kind.key().equals(wanted));
        return kinds;
    }

    private Row row(DeletedItem item) {
        return new Row(
                item.kind().key() + "/" + item.id(),
                item.kind().inWords(),
                icon(item.kind()),
                item.name(),
                item.place(),
                item.deletedAt(),
                bin.purgeTime(item.workspace(), item.deletedAt()).orElse(null),
                item.beingPurged(),
                !item.beingPurged() && may(writing(item.kind())),
                !item.beingPurged() && may(Permission.PURGE));
    }

    private static String icon(DeletedKind kind) {
        return switch (kind) {
            case RUN -> "pi-play-circle";
            case EXPERIMENT -> "pi-chart-line";
            case LOGGED_MODEL -> "pi-file";
            case MODEL -> "pi-box";
            case MODEL_VERSION -> "pi-tag";
        };
    }

    private static Permission writing(DeletedKind kind) {
        return kind.isOfRegistry() ? Permission.MODEL_WRITE : Permission.EXPERIMENT_WRITE;
    }

    private boolean may(Permission permission) {
        return caller.maySomewhere(permission);
    }

    public void restore() {
        notices.attempt(
                () -> {
                    var target = target();
                    var workspace = caller.workspace();
                    var needed = writing(target.kind());
                    caller.get().requireSomewhereIn(needed, workspace);
                    Authority.current().using(needed).doing(() -> switch (target.kind()) {
                        case RUN -> runs.restore(workspace, new RunId(target.id()));
                        case EXPERIMENT -> experiments.restore(workspace, ExperimentId.parse(target.id()));
                        case LOGGED_MODEL -> loggedModels.restore(workspace, new LoggedModelId(target.id()));
                        case MODEL -> registry.restore(workspace, BinId.parse(target.id()));
                        case MODEL_VERSION -> registry.restoreVersion(workspace, BinId.parse(target.id()));
                    });
                },
                "Restored; it is where it was");
    }

    @Requires(Permission.PURGE)
    public void purge() {
        notices.attempt(
                () -> bin.purge(
                        caller.workspace(),
                        target().kind(),
                        target().id(),
                        caller.get().principal().value()),
                "Being purged; it is gone in a moment");
    }

    private record Target(DeletedKind kind, String id) {}

    private Target target() {
        var parts = address.field("target").split("/", 2);
        if (parts.length < 2) {
            throw Refused.notFound("deleted item", address.field("target"));
        }
        return new Target(DeletedKind.parse(parts[0]), parts[1]);
    }

    public List<Row> getRows() {
        return rows;
    }

    public String getOlder() {
        return older;
    }

    public String getKind() {
        return address.text("kind");
    }

    public List<Choice> getKinds() {
        return Stream.concat(
                        Stream.of(new Choice("", "Everything")),
                        Stream.of(DeletedKind.values())
                                .map(kind -> new Choice(kind.key(), capital(kind.inWords()) + "s")))
                .toList();
    }

    /** How long deleted things stay, as a sentence. */
    public String getRule() {
        var now = Instant.EPOCH;
        return bin.purgeTime(caller.workspace(), now)
                .map(then ->
                        "What is deleted can be restored for %d days. Then it is purged: removed for good, with its files."
                                .formatted(Duration.between(now, then).toDays()))
                .orElse(
                        "What is deleted can be restored until somebody purges it: removes it for good, with its files.");
    }

    private static String capital(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
