package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.Scope;
import org.millwright.access.app.AccessQuestions;
import org.millwright.access.app.AccessQuestions.Answer;
import org.millwright.access.app.AccessQuestions.Bearing;
import org.millwright.access.app.AccessQuestions.Reason;
import org.millwright.access.app.Principals;
import org.millwright.access.app.RoleGivers;
import org.millwright.access.model.AccessContact;
import org.millwright.access.model.Principal;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Navigation;
import org.millwright.portal.shell.StateChip;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Public;

/**
 * Why somebody may do something, or may not: which of their roles decides it, what would help, and who can help. Everybody
 * may ask about themselves; about others those who may see who may do what there.
 */
@Named
@RequestScoped
@Public("it answers people about themselves only, unless they may see who may do what")
public class WhyPage {
    private static final int SUGGESTED = 6;

    /** Before the key of a page, where it is asked about instead of a permission. */
    private static final String PAGE = "page.";

    private final Address address;
    private final CurrentCaller caller;
    private final Principals principals;
    private final AccessQuestions questions;
    private final RoleGivers givers;
    private final AccessContact contact;
    private final Places places;
    private @Nullable Principal who;
    private @Nullable Answer answer;
    private @Nullable Permission permission;
    private Scope scope = Scope.SERVER;
    private List<PrincipalView> suggestions = List.of();
    private List<Principal> helpers = List.of();
    private String problem = "";

    @Inject
    public WhyPage(
            Address address,
            CurrentCaller caller,
            Principals principals,
            AccessQuestions questions,
            RoleGivers givers,
            AccessContact contact,
            Places places) {
        this.address = address;
        this.caller = caller;
        this.principals = principals;
        this.questions = questions;
        this.givers = givers;
        this.contact = contact;
        this.places = places;
    }

    @SuppressWarnings("NullAway")
    protected WhyPage() {
        this(null, null, null, null, null, null, null);
    }

    /** What one role that they hold has to do with the question. */
    public record Line(
            StateChip bearing, String sentence, String role, String roleLink, String group, String groupLink) {
        static Line of(Reason reason) {
            var role = reason.held().assignment().grant().role().name();
            var group = reason.held().group();
            return new Line(
                    chip(reason.bearing()),
                    reason.sentence(),
                    role,
                    Links.role(role),
                    group == null ? "" : group.name(),
                    group == null ? "" : Links.principal(group.id()));
        }

        private static StateChip chip(Bearing bearing) {
            return switch (bearing) {
                case ALLOWS -> new StateChip("Allows", "good", "pi-check-circle");
                case DENIES -> new StateChip("Denies", "bad", "pi-ban");
                case EXCEPTS -> new StateChip("Excepts", "bad", "pi-ban");
                case ELSEWHERE -> new StateChip("Elsewhere", "waiting", "pi-map-marker");
                case LACKS -> new StateChip("Lacks it", "quiet", "pi-minus-circle");
            };
        }
    }

    /** One thing that would change the answer. @param link where it is done; empty for a reader who cannot do it */
    public record Help(String sentence, String action, String link) {}

    /** Finds the answer before anything of the page is sent. */
    public void open() {
        var self = caller.get().principal();
        try {
            scope = scope();
            var asked = address.text("who").strip();
            if (asked.isEmpty() || asked.equals(self.value())) {
                who = principals.get(self);
            } else {
                caller.get().requireToSeeRoles(scope);
                who = principals.called(asked);
            }
            permission = permission();
            if (permission != null) {
                answer = questions.why(caller.get(), who.id(), permission, scope);
                helpers = answer.allowed() ? List.of() : givers.of(permission, scope);
            }
        } catch (Refused refused) {
            if (refused.problem() instanceof Problem.Forbidden) {
                throw refused;
            }
            problem = refused.problem().sentence();
            suggest();
        }
    }

    private Scope scope() {
        return places.of(address.text("in"), address.text("kind"), address.text("resource"));
    }

    private void suggest() {
        if (isAboutOthers()) {
            suggestions =
                    principals.page(null, address.text("who").strip(), PageRequest.first(SUGGESTED)).items().stream()
                            .map(PrincipalView::of)
                            .toList();
        }
    }

    private @Nullable Permission permission() {
        var asked = address.text("permission");
        if (asked.isEmpty()) {
            return null;
        }
        return asked.startsWith(PAGE)
                ? Navigation.pages()
                        .filter(page -> asked.equals(PAGE + page.key()))
                        .map(Navigation.Entry::needed)
                        .findFirst()
                        .orElseThrow(() -> Refused.notFound("page", asked.substring(PAGE.length())))
                : Stream.of(Permission.values())
                        .filter(one -> one.name().equals(asked))
                        .findFirst()
                        .orElseThrow(() -> Refused.notFound("permission", asked));
    }

    /** The pages of the studio, each of which can be asked about. */
    public List<Choice> getPages() {
        return Navigation.pages()
                .map(page -> new Choice(PAGE + page.key(), page.label()))
                .toList();
    }

    /** Whether the reader may ask about others. */
    public boolean isAboutOthers() {
        return caller.get().mayAnywhere(Permission.ACCESS_READ);
    }

    public String getTitle() {
        return isAboutOthers() ? "Why can't…?" : "What may I do?";
    }

    /** For the field: as it was written, or the id. */
    public String getWho() {
        var asked = address.text("who");
        return asked.isEmpty() ? caller.get().principal().value() : asked;
    }

    public @Nullable PrincipalView getPerson() {
        return who == null ? null : PrincipalView.of(who);
    }

    public String getPermission() {
        return address.text("permission");
    }

    /** All that can be asked about, by area. */
    public List<PermissionGroup> getGroups() {
        return PermissionGroup.of(Set.of());
    }

    public List<Choice> getScopes() {
        var shown = new ArrayList<>(places.where(Permission.WORKSPACE_READ));
        var asked = Places.key(scope);
        if (shown.stream().noneMatch(choice -> choice.key().equals(asked))) {
            shown.add(new Choice(asked, Places.label(places.around(asked), null)));
        }
        if (shown.stream().noneMatch(choice -> choice.key().equals(Places.SERVER))) {
            shown.add(new Choice(Places.SERVER, "Whole server"));
        }
        return shown;
    }

    public String getIn() {
        return Places.key(scope);
    }

    public String getKind() {
        return address.text("kind");
    }

    public List<Choice> getKinds() {
        return Places.kinds();
    }

    public String getResource() {
        return address.text("resource");
    }

    /** Null as long as nothing was asked. */
    public @Nullable Answer getAnswer() {
        return answer;
    }

    public StateChip getVerdict() {
        return answer != null && answer.allowed()
                ? new StateChip("Allowed", "good", "pi-check-circle")
                : new StateChip("Not allowed", "bad", "pi-ban");
    }

    public List<Line> getLines() {
        return answer == null
                ? List.of()
                : answer.reasons().stream().map(Line::of).toList();
    }

    /** What would make it allowed; empty when it is. */
    public List<Help> getHelp() {
        var found = answer;
        if (found == null || found.allowed() || permission == null) {
            return List.of();
        }
        var help = new ArrayList<Help>();
        if (found.principal().isDisabled()) {
            var manager = caller.get().mayEverywhere(Permission.ACCESS_MANAGE);
            help.add(new Help(
                    "The account is enabled again.",
                    "Open it",
                    manager ? Links.principal(found.principal().id()) : ""));
        }
        var allows = found.reasons().stream().anyMatch(reason -> reason.bearing() == Bearing.ALLOWS);
        for (var reason : found.reasons()) {
            if (reason.bearing() == Bearing.DENIES || reason.bearing() == Bearing.EXCEPTS) {
                help.add(undoing(reason));
            }
        }
        if (!allows) {
            for (var role : found.roles()) {
                help.add(new Help(
                        "The role '%s' is given on %s.".formatted(role.name(), scope.inWords()),
                        "Give it",
                        RoleHolding.manages(caller.get(), scope)
                                ? "give.xhtml"
                                        + Links.where(scope)
                                                .with(
                                                        "who",
                                                        found.principal().id().value())
                                                .with("role", role.name())
                                : ""));
            }
        }
        return help;
    }

    private Help undoing(Reason reason) {
        var given = reason.held().assignment();
        var group = reason.held().group();
        var where = given.grant().scope();
        return new Help(
                "The denial of '%s' on %s is taken away%s."
                        .formatted(
                                given.grant().role().name(),
                                where.inWords(),
                                group == null ? "" : " from the group '%s', or they leave it".formatted(group.name())),
                "Open it",
                RoleHolding.manages(caller.get(), where) ? Links.principal(given.principal()) : "");
    }

    /** Who can do that, by their names and addresses; empty when it is allowed. */
    public List<PrincipalView> getHelpers() {
        return helpers.stream().map(PrincipalView::of).toList();
    }

    /** Whom the operator wants people to ask; empty when they named nobody. */
    public String getContact() {
        return contact.words();
    }

    public List<PrincipalView> getSuggestions() {
        return suggestions;
    }

    /** What is wrong with the question; empty when nothing is. */
    public String getProblem() {
        return problem;
    }
}
