package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.millwright.access.AssignmentId;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Scope;
import org.millwright.access.app.Principals;
import org.millwright.access.app.Roles;
import org.millwright.access.model.Principal;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.Wording;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** Who has which role in a workspace, or on the whole server: person by person with where it comes from, or as it was given. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
public class AccessPage {
    private static final int ROWS = 50;
    private static final List<Choice> VIEWS =
            List.of(new Choice("", "By person"), new Choice("given", "As it was given"));

    private final Address address;
    private final CurrentCaller caller;
    private final Roles roles;
    private final Principals principals;
    private final Places places;
    private final Notices notices;
    private final Map<PrincipalId, List<Principal>> members = new HashMap<>();
    private Scope around = Scope.SERVER;
    private List<Roles.Given> all = List.of();
    private List<Person> people = List.of();
    private List<Given> given = List.of();
    private String older = "";

    @Inject
    public AccessPage(
            Address address, CurrentCaller caller, Roles roles, Principals principals, Places places, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.roles = roles;
        this.principals = principals;
        this.places = places;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected AccessPage() {
        this(null, null, null, null, null, null);
    }

    /** Somebody and all that they hold here, denials first. */
    public record Person(PrincipalView who, List<RoleHolding> holdings) {}

    /** One role as it was given. @param members of the group that has it; empty for a person */
    public record Given(PrincipalView who, RoleHolding role, List<PrincipalView> members) {
        /** How many they are, in words. */
        public String size() {
            return Wording.count(members.size(), "member");
        }
    }

    /** Reads who has which role before anything of the page is sent. */
    public void open() {
        around = places.around(Permission.ACCESS_READ);
        all = new ArrayList<>(roles.assignments(caller.get(), around));
        if (!isWholeServer() && isServerShown()) {
            all.addAll(roles.assignments(caller.get(), Scope.SERVER));
        }
        if (isByPerson()) {
            people = page(people(), Person::who);
        } else {
            given = page(given(), Given::who);
        }
    }

    private List<Person> people() {
        var held = new LinkedHashMap<PrincipalView, List<RoleHolding>>();
        for (var one : all) {
            var holder = one.principal();
            var group = holder.kind() == PrincipalKind.GROUP ? holder : null;
            var role = RoleHolding.of(one, group, around, caller.get());
            holders(holder).forEach(who -> held.computeIfAbsent(PrincipalView.of(who), _ -> new ArrayList<>())
                    .add(role));
        }
        return held.entrySet().stream()
                .map(one -> new Person(
                        one.getKey(),
                        one.getValue().stream().sorted(RoleHolding.BY_WEIGHT).toList()))
                .filter(person -> person.holdings().stream().anyMatch(this::isAsked))
                .toList();
    }

    /** Whoever has what was given to them: of a group its members, as long as it is not disabled. */
    private List<Principal> holders(Principal holder) {
        return holder.kind() != PrincipalKind.GROUP
                ? List.of(holder)
                : holder.isDisabled() ? List.of() : membersOf(holder);
    }

    private List<Given> given() {
        return all.stream()
                .map(one -> new Given(
                        PrincipalView.of(one.principal()),
                        RoleHolding.of(one, null, around, caller.get()),
                        one.principal().kind() == PrincipalKind.GROUP
                                ? membersOf(one.principal()).stream()
                                        .map(PrincipalView::of)
                                        .toList()
                                : List.of()))
                .filter(one -> isAsked(one.role()))
                .toList();
    }

    private List<Principal> membersOf(Principal group) {
        return members.computeIfAbsent(group.id(), principals::membersOf);
    }

    private boolean isAsked(RoleHolding role) {
        return getRole().isEmpty() || role.role().equals(getRole());
    }

    /** Those that are looked for, in the order of their names, from the one on that the address says. */
    private <T> List<T> page(List<T> rows, Function<T, PrincipalView> who) {
        var found = rows.stream()
                .filter(row -> who.apply(row).isCalled(address.text("q")))
                .sorted(Comparator.comparing(row -> who.apply(row).name(), String.CASE_INSENSITIVE_ORDER))
                .toList();
        var from = Math.min(start(), found.size());
        var to = Math.min(from + ROWS, found.size());
        older = to < found.size() ? Integer.toString(to) : "";
        return found.subList(from, to);
    }

    private int start() {
        var after = address.text("after");
        return after.matches("\\d{1,7}") ? Integer.parseInt(after) : 0;
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
    public void remove() {
        notices.attempt(
                () -> roles.remove(caller.get(), AssignmentId.parse(address.field("target"))),
                "Taken away; it no longer holds");
    }

    public boolean isByPerson() {
        return !address.text("view").equals("given");
    }

    public List<Choice> getViews() {
        return VIEWS;
    }

    /** The workspaces and the server, as far as the reader may look at them. */
    public List<Choice> getScopes() {
        return places.where(Permission.ACCESS_READ);
    }

    /** The one of them that is shown. */
    public String getIn() {
        return Places.key(around);
    }

    public String getWhere() {
        return around.inWords();
    }

    public boolean isWholeServer() {
        return around instanceof Scope.Server;
    }

    /** Whether the reader sees what is inherited from the server. */
    public boolean isServerShown() {
        return caller.get().mayEverywhere(Permission.ACCESS_READ);
    }

    public List<Person> getPeople() {
        return people;
    }

    public List<Given> getGiven() {
        return given;
    }

    /** Where the next page starts; empty on the last. */
    public String getOlder() {
        return older;
    }

    public boolean isNobody() {
        return people.isEmpty() && given.isEmpty();
    }

    public boolean isFiltered() {
        return !address.text("q").isEmpty() || !getRole().isEmpty();
    }

    /** The role that is looked for; empty for all. */
    public String getRole() {
        return address.text("role");
    }

    /** Those that somebody has here. */
    public List<Choice> getRoles() {
        var choices = new ArrayList<Choice>();
        choices.add(new Choice("", "Any role"));
        all.stream()
                .map(one -> one.assignment().grant().role().name())
                .distinct()
                .sorted()
                .forEach(role -> choices.add(new Choice(role, role)));
        return choices;
    }

    public boolean isChangeable() {
        return RoleHolding.manages(caller.get(), around);
    }

    /** Where a role is given here. */
    public String getGiving() {
        return "give.xhtml?in=" + Query.encode(getIn());
    }
}
