package org.millwright.access.app;

import static java.lang.System.Logger.Level.INFO;
import static java.lang.System.Logger.Level.WARNING;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AssignmentId;
import org.millwright.access.Effect;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Role;
import org.millwright.access.Scope;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.ProvidedIdentity;
import org.millwright.access.model.ProvidedRole;
import org.millwright.access.model.ProviderRules;
import org.millwright.access.model.RoleAssignment;
import org.millwright.access.model.RoleRepository;
import org.millwright.access.spi.IdentityProviders;
import org.millwright.shared.IdSource;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.Sha256;
import org.millwright.workspace.WorkspaceDirectory;
import org.millwright.workspace.WorkspaceName;

/**
 * Makes people and groups of identity providers known here, and follows what the providers say of them.
 *
 * <p>What the operator's configuration grants to the people of a provider it grants by groups of its own: one for each role at the
 * provider that has a meaning here, one for the owners, one for everybody. So it is seen where all roles are seen, and whoever is no
 * longer meant loses it at their next sign-in. Roles that people gave to those groups are left alone.
 */
@ApplicationScoped
@Transactional
public class Provisioning {
    private static final System.Logger LOG = System.getLogger(Provisioning.class.getName());

    /** In whose name the configuration gives roles. */
    static final PrincipalId CONFIGURATION = new PrincipalId("configuration");

    /** No provider's group or person may be called so, or one could pass for the other. */
    private static final String GROUP = "group:";

    private static final String CONFIGURED = "configured:";
    private static final String OF_ROLE = CONFIGURED + "role:";
    private static final String EVERYBODY = CONFIGURED + "everybody";
    private static final String OWNERS = CONFIGURED + "owners";

    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_ID = 255;
    private static final int PAGE = 500;

    private final PrincipalRepository principals;
    private final RoleRepository roles;
    private final WorkspaceDirectory workspaces;
    private final RightsChanges changes;
    private final IdSource ids;
    private final Clock clock;

    @Inject
    public Provisioning(
            PrincipalRepository principals,
            RoleRepository roles,
            WorkspaceDirectory workspaces,
            RightsChanges changes,
            IdSource ids,
            Clock clock) {
        this.principals = principals;
        this.roles = roles;
        this.workspaces = workspaces;
        this.changes = changes;
        this.ids = ids;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected Provisioning() {
        this(null, null, null, null, null, null);
    }

    /** Whether it is a group by which the server's settings give roles. */
    static boolean isConfigured(Principal group) {
        var identity = group.identity();
        return group.kind() == PrincipalKind.GROUP
                && identity != null
                && identity.subject().startsWith(CONFIGURED);
    }

    /**
     * Makes them and their groups known, or brings what is known up to date.
     *
     * @throws Refused with Unauthenticated when their account here is disabled, or their identity is another's
     */
    public Principal follow(ProvidedIdentity who, ProviderRules rules) {
        var person = person(who);
        var groups = groups(who, rules);
        var joined = principals.provide(List.copyOf(groups.values()));
        for (var group : groups.entrySet()) {
            var granted = granted(group.getKey(), rules);
            if (granted != null) {
                hold(group.getValue().id(), granted);
            }
        }
        principals.joinProvided(person.id(), joined);
        changes.happened();
        return person;
    }

    /** Takes back what an earlier configuration granted and today's does not. For the start of a server. */
    public void followConfiguration(IdentityProviders providers) {
        var known = new HashMap<String, ProviderRules>();
        providers.offered().forEach(one -> known.put(one.name(), providers.rules(one.name())));
        var request = PageRequest.first(PAGE);
        while (true) {
            var page = principals.page(PrincipalKind.GROUP, ":" + CONFIGURED, request);
            page.items().forEach(group -> follow(group, known));
            if (page.nextToken() == null) {
                break;
            }
            request = new PageRequest(page.nextToken(), PAGE);
        }
        changes.happened();
    }

    private void follow(Principal group, Map<String, ProviderRules> known) {
        var identity = group.identity();
        if (identity == null || !identity.subject().startsWith(CONFIGURED)) {
            return;
        }
        var rules = known.getOrDefault(identity.provider(), ProviderRules.NONE);
        var granted = granted(identity.subject(), rules);
        hold(group.id(), granted == null ? List.of() : granted);
        if (identity.subject().equals(OWNERS)) {
            for (var member : principals.membersOf(group.id())) {
                if (!isOwner(member, rules)) {
                    principals.leave(member.id(), group.id());
                }
            }
        }
    }

    private boolean isOwner(Principal member, ProviderRules rules) {
        var identity = member.identity();
        if (identity == null) {
            return true;
        }
        var groups = new HashSet<String>();
        for (var group : principals.groupsOf(member.id())) {
            if (group.identity() != null && group.identity().subject().startsWith(GROUP)) {
                groups.add(group.identity().subject().substring(GROUP.length()));
            }
        }
        return new ProvidedIdentity(identity, member.username(), member.name(), null, groups, Set.of())
                .isAmong(rules.owners());
    }

    private Principal person(ProvidedIdentity who) {
        var subject = who.identity().subject();
        if (subject.startsWith(GROUP) || subject.startsWith(CONFIGURED)) {
            throw refused("The provider calls you '%s', which is reserved for groups here".formatted(subject));
        }
        var now = clock.instant();
        var name = name(who);
        var known = principals.find(who.identity());
        if (known.isEmpty()) {
            principals.provide(List.of(new Principal(
                    id(who.identity()),
                    PrincipalKind.USER,
                    name,
                    who.username(),
                    who.email(),
                    who.identity(),
                    now,
                    now,
                    null)));
            known = principals.find(who.identity());
            LOG.log(INFO, "{0} signs in for the first time", id(who.identity()));
        }
        var person = known.filter(found -> found.kind() == PrincipalKind.USER)
                .orElseThrow(() -> refused("The id '%s' is another's here".formatted(id(who.identity()))));
        if (person.isDisabled()) {
            throw refused("The account '%s' is disabled".formatted(person.name()));
        }
        var seen = person.seen(name, who.username(), who.email(), now);
        principals.update(seen);
        return seen;
    }

    /** By their subjects, in the order of their ids, so that two who make the same ones do not wait for each other for ever. */
    private Map<String, Principal> groups(ProvidedIdentity who, ProviderRules rules) {
        var subjects = new ArrayList<String>();
        who.groups().forEach(group -> subjects.add(GROUP + group));
        who.roles().stream()
                .filter(role -> rules.roles().containsKey(role))
                .forEach(role -> subjects.add(OF_ROLE + role));
        if (rules.everybody() != null) {
            subjects.add(EVERYBODY);
        }
        if (who.isAmong(rules.owners())) {
            subjects.add(OWNERS);
        }
        var now = clock.instant();
        var provider = who.identity().provider();
        var groups = new LinkedHashMap<String, Principal>();
        subjects.stream()
                .sorted(Comparator.comparing(
                        subject -> id(new Identity(provider, subject)).value()))
                .forEach(subject -> {
                    var identity = new Identity(provider, subject);
                    groups.put(
                            subject,
                            new Principal(
                                    id(identity),
                                    PrincipalKind.GROUP,
                                    groupName(provider, subject),
                                    null,
                                    null,
                                    identity,
                                    now,
                                    null,
                                    null));
                });
        return groups;
    }

    /** What the configuration grants to one of its own groups; null for a group of the provider's. */
    private static @Nullable List<ProvidedRole> granted(String subject, ProviderRules rules) {
        if (subject.equals(EVERYBODY)) {
            return rules.everybody() == null ? List.of() : List.of(rules.everybody());
        }
        if (subject.equals(OWNERS)) {
            return rules.owners().isEmpty() ? List.of() : List.of(new ProvidedRole(Role.OWNER.name(), null));
        }
        return subject.startsWith(OF_ROLE)
                ? rules.roles().getOrDefault(subject.substring(OF_ROLE.length()), List.of())
                : null;
    }

    private void hold(PrincipalId group, List<ProvidedRole> granted) {
        var wanted = new ArrayList<Grant>();
        for (var role : granted) {
            grant(role).ifPresent(wanted::add);
        }
        var held = roles.heldBy(group).stream()
                .map(RoleRepository.Held::assignment)
                .filter(assignment -> assignment.by().equals(CONFIGURATION))
                .toList();
        for (var assignment : held) {
            if (!wanted.contains(assignment.grant())) {
                roles.remove(assignment.id());
            }
        }
        for (var grant : wanted) {
            if (held.stream().noneMatch(assignment -> assignment.grant().equals(grant))) {
                roles.assign(new RoleAssignment(
                        new AssignmentId(ids.nextId()), group, grant, clock.instant(), CONFIGURATION));
            }
        }
    }

    /** A role or workspace that is not there yet keeps nobody from signing in; it is given once it is there. */
    private Optional<Grant> grant(ProvidedRole provided) {
        var role = Role.builtIn(provided.role()).or(() -> roles.findCustom(provided.role()));
        if (role.isEmpty()) {
            LOG.log(WARNING, "The configuration grants the role ''{0}'', which does not exist", provided.role());
            return Optional.empty();
        }
        var workspace = provided.workspace();
        if (workspace != null && !workspaces.names().contains(workspace)) {
            LOG.log(WARNING, "The configuration grants a role in workspace ''{0}'', which does not exist", workspace);
            return Optional.empty();
        }
        return Optional.of(new Grant(role.get(), Effect.ALLOW, scope(workspace)));
    }

    private static Scope scope(@Nullable WorkspaceName workspace) {
        return workspace == null ? Scope.SERVER : Scope.in(workspace);
    }

    private static String name(ProvidedIdentity who) {
        var name = visible(who.name());
        if (!name.isEmpty()) {
            return name;
        }
        var username = who.username() == null ? "" : visible(who.username());
        return username.isEmpty() ? id(who.identity()).value() : username;
    }

    private static String groupName(String provider, String subject) {
        if (subject.equals(EVERYBODY)) {
            return "Everybody of " + provider;
        }
        if (subject.equals(OWNERS)) {
            return "Owners among " + provider;
        }
        if (subject.startsWith(OF_ROLE)) {
            return visible("%s of %s".formatted(subject.substring(OF_ROLE.length()), provider));
        }
        var name = visible(subject.substring(GROUP.length()));
        return name.isEmpty() ? "A group of " + provider : name;
    }

    private static String visible(String text) {
        var clean = text.replaceAll("\\p{Cntrl}", " ").strip();
        return clean.length() <= LONGEST_NAME ? clean : clean.substring(0, LONGEST_NAME);
    }

    /** Readable where what the provider calls them can stand in an id, and unique in any case. */
    static PrincipalId id(Identity identity) {
        var readable = identity.provider() + ":" + identity.subject();
        if (readable.length() <= LONGEST_ID && readable.chars().allMatch(Provisioning::isFitForAnId)) {
            return new PrincipalId(readable);
        }
        var kind = identity.subject().startsWith(GROUP)
                ? GROUP
                : identity.subject().startsWith(OF_ROLE) ? OF_ROLE : "";
        return new PrincipalId("%s:%s%s".formatted(identity.provider(), kind, Sha256.hex(identity.subject())));
    }

    /** Visible in ASCII, and in an address of our API without encoding a slash. */
    private static boolean isFitForAnId(int character) {
        return character > ' ' && character < 0x7f && character != '/';
    }

    private static Refused refused(String reason) {
        return new Refused(new Problem.Unauthenticated(reason));
    }
}
