package org.millwright.portal.service;

import jakarta.enterprise.context.RequestScoped;
import jakarta.faces.context.FacesContext;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;
import org.millwright.access.app.ServicePrincipals;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.Credential;
import org.millwright.access.model.FederatedTrust;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** One service principal and what it signs in by: secrets, certificates, and issuers whose tokens stand for it. */
@Named
@RequestScoped
@Requires(value = Permission.ACCESS_READ, on = Extent.SERVER)
public class ServicePrincipalPage {
    private static final List<Choice> LIFETIMES = List.of(
            new Choice("30", "30 days"),
            new Choice("90", "90 days"),
            new Choice("180", "180 days"),
            new Choice("365", "1 year"));

    private final Address address;
    private final CurrentCaller caller;
    private final ServicePrincipals services;
    private final ServerSettings settings;
    private final Notices notices;
    private final Clock clock;
    private ServicePrincipals.@Nullable Service service;
    private String secretName = "";
    private String days = "180";
    private String secret = "";
    private String certificateName = "";
    private String certificate = "";
    private String trustName = "";
    private String issuer = FederatedTrust.GITHUB.toString();
    private @Nullable String audience;
    private String subject = "";
    private String claims = "";

    @Inject
    public ServicePrincipalPage(
            Address address,
            CurrentCaller caller,
            ServicePrincipals services,
            ServerSettings settings,
            Notices notices,
            Clock clock) {
        this.address = address;
        this.caller = caller;
        this.services = services;
        this.settings = settings;
        this.notices = notices;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected ServicePrincipalPage() {
        this(null, null, null, null, null, null);
    }

    /** One secret. @param why it is not good any more; empty while it is */
    public record Secret(
            String id,
            String name,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            String lastUsedFrom,
            boolean valid,
            String why) {}

    /** One certificate. */
    public record Certificate(
            String id,
            String name,
            String subject,
            String thumbprint,
            Instant expiresAt,
            @Nullable Instant lastUsedAt,
            boolean valid) {}

    /** One issuer that is trusted. @param conditions what else has to match, as in {@code name = pattern} */
    public record Trust(
            String id,
            String name,
            String issuer,
            String audience,
            String subject,
            List<String> conditions,
            @Nullable Instant lastUsedAt) {}

    /** Reads it before anything of the page is sent. */
    public void open() {
        loaded();
    }

    private ServicePrincipals.Service loaded() {
        if (service == null) {
            service = services.get(id());
        }
        return service;
    }

    private PrincipalId id() {
        return new PrincipalId(address.text("id"));
    }

    public String getId() {
        return loaded().principal().id().value();
    }

    public String getName() {
        return loaded().principal().name();
    }

    public boolean isDisabled() {
        return loaded().principal().isDisabled();
    }

    public Instant getCreatedAt() {
        return loaded().principal().createdAt();
    }

    public boolean isChangeable() {
        return caller.get().mayEverywhere(Permission.ACCESS_MANAGE);
    }

    /** Those that work first, the newest first. */
    public List<Secret> getSecrets() {
        var now = clock.instant();
        return loaded().secrets().stream()
                .sorted(Comparator.comparing((Credential each) -> !each.isValid(now))
                        .thenComparing(Credential::createdAt, Comparator.reverseOrder()))
                .map(each -> new Secret(
                        each.id().toString(),
                        each.name(),
                        each.createdAt(),
                        each.expiresAt(),
                        each.lastUsedAt(),
                        each.lastUsedFrom() == null ? "" : each.lastUsedFrom(),
                        each.isValid(now),
                        each.isValid(now) ? "" : each.revokedAt() != null ? "Revoked" : "Expired"))
                .toList();
    }

    public List<Certificate> getCertificates() {
        var now = clock.instant();
        return loaded().certificates().stream()
                .map(each -> certificate(each, now))
                .toList();
    }

    private static Certificate certificate(ClientCertificate each, Instant now) {
        return new Certificate(
                each.id().toString(),
                each.name(),
                each.subject(),
                each.thumbprint(),
                each.expiresAt(),
                each.lastUsedAt(),
                now.isBefore(each.expiresAt()));
    }

    public List<Trust> getTrusts() {
        return loaded().trusts().stream().map(ServicePrincipalPage::trust).toList();
    }

    private static Trust trust(FederatedTrust each) {
        var conditions = new ArrayList<String>();
        each.claims().forEach((claim, pattern) -> conditions.add("%s = %s".formatted(claim, pattern)));
        conditions.sort(Comparator.naturalOrder());
        return new Trust(
                each.id().toString(),
                each.name(),
                each.issuer().toString(),
                each.audience(),
                each.subject().text(),
                conditions,
                each.lastUsedAt());
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void addSecret() {
        change(
                () -> secret = services.addSecret(caller.get(), id(), secretName.strip(), lifetime())
                        .secret(),
                "The secret is made; copy it now");
        if (!secret.isEmpty()) {
            secretName = "";
        }
    }

    private Duration lifetime() {
        return LIFETIMES.stream()
                .filter(choice -> choice.key().equals(days))
                .map(choice -> Duration.ofDays(Long.parseLong(choice.key())))
                .findFirst()
                .orElseThrow(() -> Refused.invalid("lifetime", "one of those offered"));
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void revokeSecret() {
        change(() -> services.revokeSecret(id(), chosen()), "Revoked; whoever still uses it is refused from now on");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void addCertificate() {
        if (change(
                () -> services.addCertificate(caller.get(), id(), certificateName.strip(), certificate),
                "The certificate is registered")) {
            certificateName = "";
            certificate = "";
        }
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void removeCertificate() {
        change(
                () -> services.removeCertificate(id(), chosen()),
                "Removed; nothing that its key signs is taken any more");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void addTrust() {
        if (change(
                () -> services.addTrust(
                        caller.get(),
                        id(),
                        new ServicePrincipals.NewTrust(
                                trustName.strip(),
                                issuer.strip(),
                                getAudience().strip(),
                                subject.strip(),
                                conditions())),
                "From now on tokens that match stand for this service principal")) {
            trustName = "";
            subject = "";
            claims = "";
        }
    }

    /** Of lines such as {@code repository_id = 4711}. */
    private Map<String, String> conditions() {
        var conditions = new LinkedHashMap<String, String>();
        Stream.of(claims.split("\\R"))
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(line -> {
                    var equals = line.indexOf('=');
                    if (equals < 1) {
                        throw Refused.invalid("claims", "one to a line, as in repository_id = 4711");
                    }
                    conditions.put(
                            line.substring(0, equals).strip(),
                            line.substring(equals + 1).strip());
                });
        return conditions;
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void removeTrust() {
        change(() -> services.removeTrust(id(), chosen()), "Removed; such tokens are not taken any more");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void disable() {
        change(() -> services.disable(caller.get(), id()), "Disabled; nothing that it does is taken from now on");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void enable() {
        change(() -> services.enable(caller.get(), id()), "It may act again");
    }

    @Requires(value = Permission.ACCESS_MANAGE, on = Extent.SERVER)
    public void delete() {
        if (notices.attempt(() -> services.delete(caller.get(), id()), "The service principal is deleted")) {
            try {
                FacesContext.getCurrentInstance().getExternalContext().redirect("service-principals.xhtml");
            } catch (IOException gone) {
                throw new UncheckedIOException(gone);
            }
        }
    }

    private boolean change(Runnable action, String done) {
        var changed = notices.attempt(action, done);
        service = null;
        return changed;
    }

    private CredentialId chosen() {
        try {
            return new CredentialId(UUID.fromString(address.field("target")));
        } catch (IllegalArgumentException noId) {
            throw Refused.notFound("credential", address.field("target"));
        }
    }

    /** How a client signs in by the secret that was just made; only while that is shown. */
    public String getExample() {
        return "export MILLWRIGHT_URL=%s%nexport MILLWRIGHT_CLIENT_ID=%s%nexport MILLWRIGHT_CLIENT_SECRET=%s"
                .formatted(settings.publicUrl(), getId(), secret);
    }

    /** That was just made; empty otherwise. */
    public String getSecret() {
        return secret;
    }

    public List<Choice> getLifetimes() {
        return LIFETIMES;
    }

    public String getSecretName() {
        return secretName;
    }

    public void setSecretName(@Nullable String secretName) {
        this.secretName = secretName == null ? "" : secretName;
    }

    public String getDays() {
        return days;
    }

    public void setDays(@Nullable String days) {
        this.days = days == null ? "" : days;
    }

    public String getCertificateName() {
        return certificateName;
    }

    public void setCertificateName(@Nullable String certificateName) {
        this.certificateName = certificateName == null ? "" : certificateName;
    }

    public String getCertificate() {
        return certificate;
    }

    public void setCertificate(@Nullable String certificate) {
        this.certificate = certificate == null ? "" : certificate;
    }

    public String getTrustName() {
        return trustName;
    }

    public void setTrustName(@Nullable String trustName) {
        this.trustName = trustName == null ? "" : trustName;
    }

    public String getIssuer() {
        return issuer;
    }

    public void setIssuer(@Nullable String issuer) {
        this.issuer = issuer == null ? "" : issuer;
    }

    /** The server's own address, unless another is said. */
    public String getAudience() {
        return audience == null ? settings.publicUrl().toString() : audience;
    }

    public void setAudience(@Nullable String audience) {
        this.audience = audience;
    }

    public String getSubject() {
        return subject;
    }

    public void setSubject(@Nullable String subject) {
        this.subject = subject == null ? "" : subject;
    }

    public String getClaims() {
        return claims;
    }

    public void setClaims(@Nullable String claims) {
        this.claims = claims == null ? "" : claims;
    }
}
