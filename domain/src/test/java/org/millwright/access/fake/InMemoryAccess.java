package org.millwright.access.fake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AssignmentId;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.PrincipalId;
import org.millwright.access.PrincipalKind;
import org.millwright.access.Role;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.Credential;
import org.millwright.access.model.CredentialKind;
import org.millwright.access.model.CredentialRepository;
import org.millwright.access.model.FederatedTrust;
import org.millwright.access.model.Identity;
import org.millwright.access.model.Principal;
import org.millwright.access.model.PrincipalRepository;
import org.millwright.access.model.RoleAssignment;
import org.millwright.access.model.RoleRepository;
import org.millwright.access.model.ServiceRepository;
import org.millwright.shared.Page;
import org.millwright.shared.PageRequest;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.workspace.WorkspaceName;

/** Principals, their roles and their credentials in memory. */
public final class InMemoryAccess
        implements CredentialRepository, PrincipalRepository, RoleRepository, ServiceRepository {
    private record Membership(PrincipalId member, PrincipalId group, boolean provided) {}

    private final Map<String, Principal> principals = new TreeMap<>();
    private final List<Membership> memberships = new ArrayList<>();
    private final Map<String, Role> roles = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    private final Map<AssignmentId, RoleAssignment> assignments = new LinkedHashMap<>();
    private final Map<CredentialId, Credential> credentials = new LinkedHashMap<>();
    private final Map<CredentialId, ClientCertificate> certificates = new LinkedHashMap<>();
    private final Map<CredentialId, FederatedTrust> trusts = new LinkedHashMap<>();
    private final Map<String, Instant> used = new HashMap<>();

    /** A person who holds the roles. */
    public void person(PrincipalId id, String name, Grant... grants) {
        if (find(id).isEmpty()) {
            add(Principal.local(id, PrincipalKind.USER, name, Instant.EPOCH));
        }
        for (var grant : grants) {
            assign(new RoleAssignment(new AssignmentId(new UUID(7, assignments.size())), id, grant, Instant.EPOCH, id));
        }
    }

    @Override
    public Optional<Holder> findByDigest(String digest) {
        return credentials.values().stream()
                .filter(credential -> credential.digest().equals(digest))
                .findFirst()
                .map(credential -> {
                    var principal = find(credential.principal()).orElseThrow();
                    return new Holder(
                            credential,
                            principal.name(),
                            principal.isDisabled(),
                            heldBy(principal.id()).stream()
                                    .map(held -> held.assignment().grant())
                                    .toList());
                });
    }

    @Override
    public Optional<Credential> find(CredentialId id) {
        return Optional.ofNullable(credentials.get(id));
    }

    @Override
    public List<Credential> of(PrincipalId principal, CredentialKind kind) {
        return credentials.values().stream()
                .filter(credential -> credential.principal().equals(principal) && credential.kind() == kind)
                .sorted(Comparator.comparing(Credential::createdAt))
                .toList();
    }

    @Override
    public void add(Credential credential) {
        credentials.put(credential.id(), credential);
    }

    @Override
    public boolean revoke(CredentialId id, Instant at) {
        return revoke(credential -> credential.id().equals(id), at);
    }

    @Override
    public void revokeOfRun(String run, Instant at) {
        revoke(credential -> run.equals(credential.run()), at);
    }

    @Override
    public void revokeMadeWith(CredentialId secret, Instant at) {
        revoke(credential -> secret.equals(credential.madeWith()), at);
    }

    @Override
    public void touch(CredentialId id, Instant at, String address) {
        credentials.computeIfPresent(id, (_, credential) -> with(credential, credential.revokedAt(), at, address));
    }

    @Override
    public void forgetAccessTokens(Instant endedBefore) {
        credentials
                .values()
                .removeIf(credential -> credential.kind() == CredentialKind.ACCESS_TOKEN
                        && credential.expiresAt() != null
                        && credential.expiresAt().isBefore(endedBefore));
    }

    @Override
    public boolean useOnce(String digest, Instant until, Instant now) {
        used.values().removeIf(end -> end.isBefore(now));
        return used.putIfAbsent(digest, until) == null;
    }

    @Override
    public List<ClientCertificate> certificatesOf(PrincipalId service) {
        return certificates.values().stream()
                .filter(certificate -> certificate.service().equals(service))
                .sorted(Comparator.comparing(ClientCertificate::createdAt))
                .toList();
    }

    @Override
    public void add(ClientCertificate certificate) {
        if (certificatesOf(certificate.service()).stream()
                .anyMatch(there -> there.thumbprint().equals(certificate.thumbprint()))) {
            throw new Refused(new Problem.AlreadyExists("certificate", certificate.thumbprint()));
        }
        certificates.put(certificate.id(), certificate);
    }

    @Override
    public boolean removeCertificate(PrincipalId service, CredentialId id) {
        return certificates
                .values()
                .removeIf(certificate ->
                        certificate.id().equals(id) && certificate.service().equals(service));
    }

    @Override
    public List<FederatedTrust> trustsOf(PrincipalId service) {
        return trusts.values().stream()
                .filter(trust -> trust.service().equals(service))
                .sorted(Comparator.comparing(FederatedTrust::createdAt))
                .toList();
    }

    @Override
    public void add(FederatedTrust trust) {
        if (trustsOf(trust.service()).stream().anyMatch(there -> there.name().equals(trust.name()))) {
            throw new Refused(new Problem.AlreadyExists("federation", trust.name()));
        }
        trusts.put(trust.id(), trust);
    }

    @Override
    public boolean removeTrust(PrincipalId service, CredentialId id) {
        return trusts.values()
                .removeIf(trust -> trust.id().equals(id) && trust.service().equals(service));
    }

    @Override
    public void used(CredentialId id, Instant at) {
        certificates.computeIfPresent(
                id,
                (_, one) -> new ClientCertificate(
                        one.id(),
                        one.service(),
                        one.name(),
                        one.subject(),
                        one.thumbprint(),
                        one.pem(),
                        one.createdAt(),
                        one.notBefore(),
                        one.expiresAt(),
                        at));
        trusts.computeIfPresent(
                id,
                (_, one) -> new FederatedTrust(
                        one.id(),
                        one.service(),
                        one.name(),
                        one.issuer(),
                        one.audience(),
                        one.subject(),
                        one.claims(),
                        one.createdAt(),
                        at));
    }

    @Override
    public Optional<Principal> find(PrincipalId id) {
        return Optional.ofNullable(principals.get(id.value()));
    }

    @Override
    public Optional<Principal> find(Identity identity) {
        return principals.values().stream()
                .filter(principal -> identity.equals(principal.identity()))
                .findFirst();
    }

    @Override
    public List<Principal> findAll(Set<PrincipalId> ids) {
        return principals.values().stream()
                .filter(principal -> ids.contains(principal.id()))
                .toList();
    }

    @Override
    public List<Principal> called(String text) {
        return principals.values().stream()
                .filter(principal -> principal.id().value().equals(text)
                        || text.equalsIgnoreCase(principal.username())
                        || text.equalsIgnoreCase(principal.email()))
                .toList();
    }

    @Override
    public Page<Principal> page(@Nullable PrincipalKind kind, String text, PageRequest page) {
        var part = text.toLowerCase(Locale.ROOT);
        var after = page.token() == null ? "" : page.token();
        var rows = principals.values().stream()
                .filter(principal -> principal.id().value().compareTo(after) > 0)
                .filter(principal -> kind == null || principal.kind() == kind)
                .filter(principal -> (principal.id() + "\n" + principal.name() + "\n" + principal.username() + "\n"
                                + principal.email())
                        .toLowerCase(Locale.ROOT)
                        .contains(part))
                .toList();
        if (rows.size() <= page.size()) {
            return Page.last(rows);
        }
        var shown = rows.subList(0, page.size());
        return new Page<>(shown, shown.getLast().id().value());
    }

    @Override
    public void add(Principal principal) {
        if (find(principal.id()).isPresent()
                || (principal.identity() != null && find(principal.identity()).isPresent())) {
            throw new Refused(
                    new Problem.AlreadyExists("principal", principal.id().value()));
        }
        principals.put(principal.id().value(), principal);
    }

    @Override
    public Set<PrincipalId> provide(List<Principal> provided) {
        var there = new TreeSet<PrincipalId>(Comparator.comparing(PrincipalId::value));
        for (var principal : provided) {
            var identity = Objects.requireNonNull(principal.identity());
            if (find(identity).isEmpty() && find(principal.id()).isEmpty()) {
                add(principal);
            }
            find(identity).filter(found -> found.kind() == principal.kind()).ifPresent(found -> there.add(found.id()));
        }
        return Set.copyOf(there);
    }

    @Override
    public void update(Principal principal) {
        principals.replace(principal.id().value(), principal);
    }

    @Override
    public boolean delete(PrincipalId id) {
        credentials.values().removeIf(credential -> credential.principal().equals(id));
        certificates.values().removeIf(certificate -> certificate.service().equals(id));
        trusts.values().removeIf(trust -> trust.service().equals(id));
        assignments.values().removeIf(assignment -> assignment.principal().equals(id));
        memberships.removeIf(membership ->
                membership.member().equals(id) || membership.group().equals(id));
        return principals.remove(id.value()) != null;
    }

    @Override
    public List<Principal> groupsOf(PrincipalId member) {
        return principals.values().stream()
                .filter(group -> memberships.stream()
                        .anyMatch(membership -> membership.member().equals(member)
                                && membership.group().equals(group.id())))
                .toList();
    }

    @Override
    public List<Principal> membersOf(PrincipalId group) {
        return principals.values().stream()
                .filter(member -> memberships.stream()
                        .anyMatch(membership -> membership.group().equals(group)
                                && membership.member().equals(member.id())))
                .toList();
    }

    @Override
    public boolean isProvided(PrincipalId member, PrincipalId group) {
        return memberships.contains(new Membership(member, group, true));
    }

    @Override
    public void join(PrincipalId member, PrincipalId group) {
        leave(member, group);
        memberships.add(new Membership(member, group, false));
    }

    @Override
    public boolean leave(PrincipalId member, PrincipalId group) {
        return memberships.removeIf(membership ->
                membership.member().equals(member) && membership.group().equals(group));
    }

    @Override
    public void joinProvided(PrincipalId member, Set<PrincipalId> groups) {
        memberships.removeIf(membership ->
                membership.member().equals(member) && membership.provided() && !groups.contains(membership.group()));
        for (var group : groups) {
            if (groupsOf(member).stream().noneMatch(there -> there.id().equals(group))) {
                memberships.add(new Membership(member, group, true));
            }
        }
    }

    @Override
    public List<Role> custom() {
        return List.copyOf(roles.values());
    }

    @Override
    public Optional<Role> findCustom(String name) {
        return Optional.ofNullable(roles.get(name)).filter(role -> role.name().equals(name));
    }

    @Override
    public void put(Role role) {
        var there = roles.get(role.name());
        if (there != null && !there.name().equals(role.name())) {
            throw new Refused(new Problem.AlreadyExists("role", role.name()));
        }
        roles.put(role.name(), role);
        assignments.replaceAll(
                (_, assignment) -> assignment.grant().role().name().equals(role.name())
                        ? new RoleAssignment(
                                assignment.id(),
                                assignment.principal(),
                                new Grant(
                                        role,
                                        assignment.grant().effect(),
                                        assignment.grant().scope()),
                                assignment.createdAt(),
                                assignment.by())
                        : assignment);
    }

    @Override
    public boolean deleteCustom(String name) {
        if (assignments.values().stream()
                .anyMatch(assignment -> assignment.grant().role().name().equals(name))) {
            throw new Refused(new Problem.WrongState("role", name, "held by somebody", "delete"));
        }
        return findCustom(name).isPresent() && roles.remove(name) != null;
    }

    @Override
    public List<RoleAssignment> assignments(@Nullable WorkspaceName workspace) {
        return sorted(assignments.values().stream().filter(assignment -> {
            var where = assignment.grant().scope().workspace();
            return workspace == null ? where == null : workspace.equals(where);
        }));
    }

    @Override
    public List<RoleAssignment> assignments() {
        return sorted(assignments.values().stream());
    }

    private static List<RoleAssignment> sorted(Stream<RoleAssignment> unsorted) {
        return unsorted.sorted(Comparator.comparing(RoleAssignment::createdAt)
                        .reversed()
                        .thenComparing(assignment -> assignment.id().toString()))
                .toList();
    }

    @Override
    public Optional<RoleAssignment> findAssignment(AssignmentId id) {
        return Optional.ofNullable(assignments.get(id));
    }

    @Override
    public boolean assign(RoleAssignment assignment) {
        if (assignments.values().stream()
                .anyMatch(there -> there.principal().equals(assignment.principal())
                        && there.grant().equals(assignment.grant()))) {
            return false;
        }
        assignments.put(assignment.id(), assignment);
        return true;
    }

    @Override
    public boolean remove(AssignmentId id) {
        return assignments.remove(id) != null;
    }

    @Override
    public List<Held> heldBy(PrincipalId principal) {
        var held = new ArrayList<Held>();
        for (var assignment : assignments.values()) {
            if (assignment.principal().equals(principal)) {
                held.add(new Held(assignment, null));
            }
            groupsOf(principal).stream()
                    .filter(group -> !group.isDisabled() && group.id().equals(assignment.principal()))
                    .forEach(group -> held.add(new Held(assignment, group)));
        }
        return held;
    }

    private boolean revoke(Predicate<Credential> which, Instant at) {
        var any = false;
        for (var credential : List.copyOf(credentials.values())) {
            if (credential.revokedAt() == null && which.test(credential)) {
                credentials.put(
                        credential.id(), with(credential, at, credential.lastUsedAt(), credential.lastUsedFrom()));
                any = true;
            }
        }
        return any;
    }

    private static Credential with(
            Credential credential, @Nullable Instant revokedAt, @Nullable Instant lastUsedAt, @Nullable String from) {
        return new Credential(
                credential.id(),
                credential.kind(),
                credential.principal(),
                credential.name(),
                credential.digest(),
                credential.run(),
                credential.confinement(),
                credential.madeWith(),
                credential.createdAt(),
                credential.expiresAt(),
                revokedAt,
                lastUsedAt,
                from);
    }
}
