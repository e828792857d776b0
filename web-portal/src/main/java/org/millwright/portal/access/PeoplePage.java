package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.app.Principals;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Leaving;
import org.millwright.portal.shell.Links;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.PageRequest;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** The people, groups and services that this server knows, and a form to make a group. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
public class PeoplePage {
    private static final int ROWS = 25;
    private static final List<Choice> KINDS = List.of(
            new Choice("", "All"),
            new Choice("user", "People"),
            new Choice("group", "Groups"),
            new Choice("service", "Services"));

    private final Address address;
    private final CurrentCaller caller;
    private final Principals principals;
    private final Notices notices;
    private List<PrincipalView> rows = List.of();
    private String older = "";
    private String id = "";
    private String name = "";

    @Inject
    public PeoplePage(Address address, CurrentCaller caller, Principals principals, Notices notices) {
        this.address = address;
        this.caller = caller;
        this.principals = principals;
        this.notices = notices;
    }

    @SuppressWarnings("NullAway")
    protected PeoplePage() {
        this(null, null, null, null);
    }

    /** Reads the page before anything of it is sent. */
    public void open() {
        var after = address.text("after");
        var page = principals.page(
                kind(), address.text("q").strip(), new PageRequest(after.isEmpty() ? null : after, ROWS));
        rows = page.items().stream().map(PrincipalView::of).toList();
        older = page.nextToken() == null ? "" : page.nextToken();
    }

    private @Nullable PrincipalKind kind() {
        return Arrays.stream(PrincipalKind.values())
                .filter(one -> one.name().toLowerCase(Locale.ROOT).equals(getKind()))
                .findFirst()
                .orElse(null);
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void createGroup() {
        create(PrincipalKind.GROUP);
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void createPerson() {
        create(PrincipalKind.USER);
    }

    private void create(PrincipalKind made) {
        var title = name.isBlank() ? id.strip() : name.strip();
        notices.attempt(
                () -> {
                    var created = principals.create(caller.get(), new PrincipalId(id.strip()), made, title);
                    Leaving.to(Links.principal(created.id()));
                },
                "Made");
    }

    public List<PrincipalView> getRows() {
        return rows;
    }

    /** Where the next page starts; empty on the last. */
    public String getOlder() {
        return older;
    }

    /** The filter, as one of those offered. */
    public String getKind() {
        var wanted = address.text("kind");
        return KINDS.stream().map(Choice::key).anyMatch(wanted::equals) ? wanted : "";
    }

    public List<Choice> getKinds() {
        return KINDS;
    }

    public boolean isFiltered() {
        return Stream.of("q", "kind").anyMatch(filter -> !address.text(filter).isEmpty());
    }

    public boolean isChangeable() {
        return caller.get().mayEverywhere(Permission.ACCESS_MANAGE);
    }

    public String getId() {
        return id;
    }

    public void setId(@Nullable String id) {
        this.id = id == null ? "" : id;
    }

    public String getName() {
        return name;
    }

    public void setName(@Nullable String name) {
        this.name = name == null ? "" : name;
    }
}
