package org.millwright.portal.access;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AssignmentId;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Scope;
import org.millwright.access.app.Credentials;
import org.millwright.access.app.Principals;
import org.millwright.access.app.Roles;
import org.millwright.access.app.SignInLinks;
import org.millwright.access.model.Principal;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Leaving;
import org.millwright.portal.shell.Notices;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.Wording;
import org.millwright.shared.ServerSettings;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** One person, group or service: who they are, what they hold and by what, and who is in which group. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_READ, on = Extent.ANYWHERE)
public class PrincipalPage {
    private final Address address;
    private final CurrentCaller caller;
    private final Principals principals;
    private final Roles roles;
    private final Credentials credentials;
    private final PrincipalPicker picker;
    private final SignInLinks links;
    private final ServerSettings settings;
    private final Notices notices;
    private final Clock clock;
    private @Nullable Principal principal;
    private List<RoleHolding> holdings = List.of();
    private @Nullable String newName;
    private String link = "";

    @Inject
    public PrincipalPage(
            Address address,
            CurrentCaller caller,
            Principals principals,
            Roles roles,
            Credentials credentials,
            PrincipalPicker picker,
            SignInLinks links,
            ServerSettings settings,
            Notices notices,
            Clock clock) {
        this.address = address;
        this.caller = caller;
        this.principals = principals;
        this.roles = roles;
        this.credentials = credentials;
        this.picker = picker;
        this.links = links;
        this.settings = settings;
        this.notices = notices;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected PrincipalPage() {
        this(null, null, null, null, null, null, null, null, null, null);
    }

    /** Reads all about them before anything of the page is sent. */
    public void open() {
        principal = principals.get(id());
        holdings = roles.heldBy(caller.get(), id()).stream()
                .map(given -> RoleHolding.of(given, given.group(), Scope.SERVER, caller.get()))
                .sorted(RoleHolding.BY_WEIGHT)
                .toList();
    }

    private PrincipalId id() {
        return new PrincipalId(address.text("id"));
    }

    private Principal loaded() {
        if (principal == null) {
            principal = principals.get(id());
        }
        return principal;
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void disable() {
        notices.attempt(
                () -> principals.disable(caller.get(), id()),
                "Disabled; nothing that they hold is believed from now on");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void enable() {
        notices.attempt(() -> principals.enable(caller.get(), id()), "Enabled; what they held holds again");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void signOut() {
        notices.attempt(() -> {
            principals.get(id());
            var ended = credentials.endSessions(id());
            return ended == 0
                    ? "They were signed in nowhere"
                    : "Signed out: %s ended".formatted(Wording.count(ended, "session"));
        });
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void invite() {
        notices.attempt(
                () -> link = settings.publicUrl() + "/studio/sign-in?link="
                        + links.issue(caller.get(), id()).secret(),
                "The link is made; hand it to them now");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void rename() {
        notices.attempt(() -> principals.rename(caller.get(), id(), getNewName().strip()), "The name is changed");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void delete() {
        if (notices.attempt(() -> principals.delete(caller.get(), id()), "Deleted")) {
            Leaving.to("people.xhtml");
        }
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
    public void join() {
        notices.attempt(() -> {
            var member = principals.get(picker.chosen());
            principals.join(caller.get(), member.id(), id());
            return "'%s' is in the group from now on".formatted(member.name());
        });
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
    public void leave() {
        notices.attempt(
                () -> principals.leave(caller.get(), new PrincipalId(address.field("target")), id()),
                "No longer in the group; what they had through it no longer holds");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.ANYWHERE)
    public void remove() {
        notices.attempt(
                () -> roles.remove(caller.get(), AssignmentId.parse(address.field("target"))),
                "Taken away; it no longer holds");
    }

    public PrincipalView getView() {
        return PrincipalView.of(loaded());
    }

    public String getId() {
        return loaded().id().value();
    }

    public String getUsername() {
        var username = loaded().username();
        return username == null ? "" : username;
    }

    public String getEmail() {
        var email = loaded().email();
        return email == null ? "" : email;
    }

    /** How the identity provider knows them; empty for one that was made here. */
    public String getSubject() {
        var identity = loaded().identity();
        return identity == null ? "" : identity.subject();
    }

    /** Where they came from, as a sentence. */
    public String getOrigin() {
        var identity = loaded().identity();
        if (identity == null) {
            return "Made here";
        }
        return identity.subject().startsWith("configured:")
                ? "Made by the settings of the identity provider '%s'".formatted(identity.provider())
                : "Comes from the identity provider '%s'".formatted(identity.provider());
    }

    public Instant getCreatedAt() {
        return loaded().createdAt();
    }

    public @Nullable Instant getLastSeenAt() {
        return loaded().lastSeenAt();
    }

    public @Nullable Instant getDisabledAt() {
        return loaded().disabledAt();
    }

    public boolean isDisabled() {
        return loaded().isDisabled();
    }

    public boolean isGroup() {
        return loaded().kind() == PrincipalKind.GROUP;
    }

    /** Denials first, then what they have by themselves, then what they have through groups. */
    public List<RoleHolding> getHoldings() {
        return holdings;
    }

    /** The groups that they are in. */
    public List<PrincipalView> getGroups() {
        return principals.groupsOf(id()).stream().map(PrincipalView::of).toList();
    }

    /** Of a group, in the order of their names. */
    public List<PrincipalView> getMembers() {
        return principals.membersOf(id()).stream()
                .map(PrincipalView::of)
                .sorted(Comparator.comparing(PrincipalView::name, String.CASE_INSENSITIVE_ORDER))
                .toList();
    }

    /** How many of their personal tokens still work, in words. */
    public String getTokens() {
        var now = clock.instant();
        return Wording.count(
                credentials.tokensOf(id()).stream()
                        .filter(token -> token.isValid(now))
                        .count(),
                "personal token");
    }

    /** Whether the reader manages the people and groups of the server. */
    public boolean isManager() {
        return caller.get().mayEverywhere(Permission.ACCESS_MANAGE);
    }

    /** The reader cannot lock themselves out, nor anybody the last way in. */
    public boolean isDisableable() {
        return isManager()
                && !isDisabled()
                && !id().equals(caller.get().principal())
                && !id().equals(PrincipalId.LOCAL_ADMINISTRATOR);
    }

    /** People and groups of an identity provider come back with the next sign-in. */
    public boolean isDeletable() {
        return isManager()
                && isLocal()
                && !id().equals(caller.get().principal())
                && !id().equals(PrincipalId.LOCAL_ADMINISTRATOR);
    }

    /** Whether they were made here and not by an identity provider. */
    public boolean isLocal() {
        return loaded().identity() == null;
    }

    /** Whether the reader may say how they are called: the provider of a person says it again at each sign-in. */
    public boolean isRenamable() {
        return isManager() && (isLocal() || isGroup());
    }

    /** Whether the reader can let them in by a link. */
    public boolean isInvitable() {
        return isManager() && isLocal() && !isDisabled() && loaded().kind() == PrincipalKind.USER;
    }

    /** The link that was just made; empty otherwise. */
    public String getLink() {
        return link;
    }

    /** Whether the reader may try to say who is in the group; what the group holds decides. */
    public boolean isEditable() {
        return isGroup() && isLocal() && isGivable();
    }

    /** Where the reader may give them a role. */
    public boolean isGivable() {
        return caller.get().mayAnywhere(Permission.ACCESS_MANAGE);
    }

    public String getGiving() {
        return "give.xhtml?who=" + Query.encode(getId());
    }

    public String getQuestion() {
        return "why.xhtml?who=" + Query.encode(getId());
    }

    /** What they did; empty for a group and for a reader who may not see the trail. */
    public String getTrail() {
        return isGroup() || !caller.get().may(Permission.AUDIT_READ, caller.workspace())
                ? ""
                : "audit.xhtml?actor=" + Query.encode(getId());
    }

    public String getNewName() {
        return newName == null ? loaded().name() : newName;
    }

    public void setNewName(@Nullable String newName) {
        this.newName = newName;
    }
}
