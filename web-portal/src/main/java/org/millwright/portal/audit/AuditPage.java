package org.millwright.portal.audit;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrail;
import org.millwright.access.Permission;
import org.millwright.access.app.AuditChain;
import org.millwright.access.app.AuditSearch;
import org.millwright.access.model.AuditAction;
import org.millwright.access.model.AuditEvent;
import org.millwright.access.model.AuditOutcome;
import org.millwright.access.model.AuditQuery;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.StateChip;
import org.millwright.portal.shell.Wording;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** The entries of the audit trail that the address asks for, of this workspace or of the whole server. */
@Named
@RequestScoped
@Requires(Permission.AUDIT_READ)
public class AuditPage {
    private static final int ROWS = 50;
    private static final List<String> FILTERS = List.of(
            "actor", "action", "outcome", "kind", "resource", "part", "from", "until", "where", "request", "operation");
    /** What is chosen from; others can be written into the address. */
    private static final List<String> KINDS = List.of(
            "workspace",
            "principal",
            "membership",
            "role",
            "role assignment",
            "credential",
            "experiment",
            "run",
            "logged model",
            "model",
            "promotion",
            "promotion request",
            "approval policy",
            "endpoint",
            "endpoint keys",
            "compute",
            "schedule",
            "webhook",
            "secret",
            "file",
            "model files",
            "snapshot",
            "export",
            "purge",
            "audit trail",
            "operation");

    private final Address address;
    private final CurrentCaller caller;
    private final AuditSearch search;
    private final AuditChain chain;
    private final AuditTrail trail;
    private List<Row> rows = List.of();
    private String older = "";
    private String problem = "";

    @Inject
    public AuditPage(Address address, CurrentCaller caller, AuditSearch search, AuditChain chain, AuditTrail trail) {
        this.address = address;
        this.caller = caller;
        this.search = search;
        this.chain = chain;
        this.trail = trail;
    }

    @SuppressWarnings("NullAway")
    protected AuditPage() {
        this(null, null, null, null, null);
    }

    /**
     * One entry.
     *
     * @param who a name, or what stands for one
     * @param actor for the filter; empty for the server itself
     * @param facts what else is known, by its name
     */
    public record Row(
            String key,
            Instant at,
            String who,
            String actor,
            StateChip action,
            StateChip outcome,
            boolean allowed,
            String kind,
            String resource,
            String part,
            String address,
            String reason,
            String request,
            List<Difference> differences,
            List<Query.Parameter> facts) {

        /** Whether it is about one thing, which can be looked for. */
        public boolean isAboutSomething() {
            return !resource.isEmpty();
        }
    }

    /** Reads the entries before anything of the page is sent, and says on the trail that they were read. */
    public void open() {
        Page<AuditEvent> page;
        try {
            var after = address.text("after");
            page = search.page(query(), new PageRequest(after.isEmpty() ? null : after, ROWS));
        } catch (Refused refused) {
            problem = refused.problem().sentence();
            return;
        }
        rows = page.items().stream().map(AuditPage::row).toList();
        older = page.nextToken() == null ? "" : page.nextToken();
        trail.read(
                "audit trail",
                isWholeServer() ? null : caller.workspace(),
                "search",
                address.getQuery().toString().substring(1));
    }

    private AuditQuery query() {
        return new AuditQuery(
                isWholeServer() ? null : caller.workspace().value(),
                text("actor") == null ? List.of() : search.meant(address.text("actor")),
                text("action") == null ? null : AuditAction.ofName("action", address.text("action")),
                text("outcome") == null ? null : AuditOutcome.ofName("outcome", address.text("outcome")),
                text("operation"),
                null,
                text("kind"),
                text("resource"),
                text("part"),
                text("where"),
                null,
                text("request"),
                day("from", 0),
                day("until", 1));
    }

    private @Nullable String text(String name) {
        var text = address.text(name).strip();
        return text.isEmpty() ? null : text;
    }

    private @Nullable Instant day(String name, int later) {
        var text = text(name);
        try {
            return text == null
                    ? null
                    : LocalDate.parse(text)
                            .plusDays(later)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant();
        } catch (DateTimeParseException noDay) {
            throw Refused.invalid(name, "a day such as 2026-11-23");
        }
    }

    private static Row row(AuditEvent event) {
        return new Row(
                Long.toString(event.sequence()),
                event.at(),
                event.principalName() == null ? orElse(event.principal(), "Nobody signed in") : event.principalName(),
                orElse(event.principal(), ""),
                action(event.action()),
                outcome(event),
                event.outcome() == AuditOutcome.ALLOWED,
                event.kind(),
                orElse(event.resource(), ""),
                orElse(event.part(), ""),
                orElse(event.address(), ""),
                orElse(event.reason(), ""),
                orElse(event.request(), ""),
                Difference.of(event.before(), event.after()),
                facts(event));
    }

    private static String orElse(@Nullable String text, String other) {
        return text == null ? other : text;
    }

    private static StateChip action(AuditAction action) {
        return switch (action) {
            case CREATE -> new StateChip("Created", "quiet", "pi-plus");
            case CHANGE -> new StateChip("Changed", "quiet", "pi-pencil");
            case DELETE -> new StateChip("Deleted", "quiet", "pi-trash");
            case RESTORE -> new StateChip("Restored", "quiet", "pi-undo");
            case SIGN_IN -> new StateChip("Signed in", "quiet", "pi-sign-in");
            case SIGN_OUT -> new StateChip("Signed out", "quiet", "pi-sign-out");
            case READ -> new StateChip("Read", "quiet", "pi-eye");
            case CALL -> new StateChip("Called", "quiet", "pi-bolt");
        };
    }

    private static StateChip outcome(AuditEvent event) {
        var times = event.occurrences() == 1 ? "" : String.format(Locale.ENGLISH, ", %,d times", event.occurrences());
        return switch (event.outcome()) {
            case ALLOWED -> new StateChip("Allowed" + times, "good", "pi-check-circle");
            case REFUSED -> new StateChip("Refused" + times, "bad", "pi-ban");
            case FAILED -> new StateChip("Failed" + times, "waiting", "pi-exclamation-triangle");
        };
    }

    private static List<Query.Parameter> facts(AuditEvent event) {
        var facts = new ArrayList<Query.Parameter>();
        fact(facts, "Entry", Long.toString(event.sequence()));
        fact(facts, "Operation", event.operation());
        fact(facts, "Principal", event.principal());
        fact(facts, "Credential", event.credentialKind() == null ? null : words(event.credentialKind()));
        fact(facts, "Credential id", event.credential());
        fact(facts, "Run", event.run());
        fact(facts, "Permission", event.permission());
        fact(facts, "Workspace", event.workspace());
        fact(facts, "Client", event.client());
        fact(facts, "Request", event.request());
        fact(facts, "Hash", event.hash());
        return facts;
    }

    private static void fact(List<Query.Parameter> facts, String name, @Nullable String value) {
        if (value != null && !value.isEmpty()) {
            facts.add(new Query.Parameter(name, value));
        }
    }

    private static String words(String constant) {
        var words = constant.toLowerCase(Locale.ROOT).replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }

    public List<Row> getRows() {
        return rows;
    }

    /** Where the next page starts; empty on the last. */
    public String getOlder() {
        return older;
    }

    /** What is wrong with the address; empty when nothing is. */
    public String getProblem() {
        return problem;
    }

    public boolean isFiltered() {
        return FILTERS.stream().anyMatch(filter -> !address.text(filter).isEmpty());
    }

    /** Whether the reader may see all workspaces, and what belongs to none. */
    public boolean isServerAllowed() {
        return caller.get().mayEverywhere(Permission.AUDIT_READ);
    }

    public boolean isWholeServer() {
        return isServerAllowed() && !address.text("scope").equals("workspace");
    }

    public List<Choice> getScopes() {
        return List.of(new Choice("", "Whole server"), new Choice("workspace", "This workspace"));
    }

    public List<Choice> getActions() {
        return choices("Any action", Stream.of(AuditAction.values()).map(Enum::name));
    }

    public List<Choice> getOutcomes() {
        return choices("Any outcome", Stream.of(AuditOutcome.values()).map(Enum::name));
    }

    public List<Choice> getKinds() {
        var kinds = new ArrayList<>(KINDS);
        var asked = address.text("kind");
        if (!asked.isEmpty() && !kinds.contains(asked)) {
            kinds.add(asked);
        }
        return choices("Any kind of thing", kinds.stream());
    }

    private static List<Choice> choices(String any, Stream<String> values) {
        return Stream.concat(
                        Stream.of(new Choice("", any)),
                        values.map(value -> new Choice(value.toLowerCase(Locale.ROOT), words(value))))
                .toList();
    }

    /** Whether the newest entries follow each other as they were sealed. */
    public StateChip getChain() {
        var check = chain.checkNewest();
        var broken = check.broken();
        return broken == null
                ? new StateChip(
                        "Chain intact: "
                                + Wording.count(
                                        check.to().sequence() - check.from().sequence(), "entry", "entries")
                                + " checked",
                        "good",
                        "pi-link")
                : new StateChip(
                        "Chain broken at entry %d: %s".formatted(broken.sequence(), broken.why()),
                        "bad",
                        "pi-exclamation-triangle");
    }

    /** Where what is shown can be downloaded. @param format jsonl or csv */
    public String export(String format) {
        var query = address.getQuery().with("scope", "").with("after", "").with("format", format);
        var where = query.text("where");
        var until = query.text("until");
        query = query.with("where", "").with("address", where);
        if (until.matches("\\d{4}-\\d{2}-\\d{2}")) {
            query = query.with("until", LocalDate.parse(until).plusDays(1).toString());
        }
        return (isWholeServer() ? "/api/v1/audit" : "/api/v1/workspaces/" + caller.workspace() + "/audit") + "/export"
                + query;
    }

    public String getJsonLines() {
        return export("jsonl");
    }

    public String getCsv() {
        return export("csv");
    }
}
