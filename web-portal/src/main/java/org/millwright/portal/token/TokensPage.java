package org.millwright.portal.token;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.Permission;
import org.millwright.access.app.Credentials;
import org.millwright.access.model.Credential;
import org.millwright.access.model.TokenScope;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Choice;
import org.millwright.portal.shell.Notices;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Extent;
import org.millwright.wire.http.Requires;

/** The reader's own personal tokens. The secret of a new one is in the answer that made it, and never again. */
@Named
@RequestScoped
@Requires(value = Permission.OWN_CREDENTIALS, on = Extent.ANYWHERE)
public class TokensPage {
    private static final List<Choice> LIFETIMES = List.of(
            new Choice("7", "7 days"),
            new Choice("30", "30 days"),
            new Choice("90", "90 days"),
            new Choice("365", "1 year"));

    private static final List<Choice> PRESETS = List.of(
            new Choice("all", "What you may do"),
            new Choice("read-only", "Read only"),
            new Choice("tracking", "Log runs and register models"),
            new Choice("jobs", "Submit jobs, log runs and register models"));

    private static final String EVERYWHERE = "";

    private final Address address;
    private final CurrentCaller caller;
    private final Credentials credentials;
    private final Notices notices;
    private final Clock clock;
    private String name = "";
    private String days = "90";
    private String preset = "all";
    private String only = EVERYWHERE;
    private String secret = "";

    @Inject
    public TokensPage(Address address, CurrentCaller caller, Credentials credentials, Notices notices, Clock clock) {
        this.address = address;
        this.caller = caller;
        this.credentials = credentials;
        this.notices = notices;
        this.clock = clock;
    }

    @SuppressWarnings("NullAway")
    protected TokensPage() {
        this(null, null, null, null, null);
    }

    /** One token. @param valid false when it was revoked or has expired, and why then says which */
    public record Row(
            String id,
            String name,
            List<String> scope,
            Instant createdAt,
            @Nullable Instant expiresAt,
            @Nullable Instant lastUsedAt,
            String lastUsedFrom,
            boolean valid,
            String why,
            boolean current) {}

    /** Those that work first, the newest first. */
    public List<Row> getRows() {
        var now = clock.instant();
        return credentials.tokensOf(caller.get().principal()).stream()
                .sorted(Comparator.comparing((Credential token) -> !token.isValid(now))
                        .thenComparing(Credential::createdAt, Comparator.reverseOrder()))
                .map(token -> row(token, now))
                .toList();
    }

    private Row row(Credential token, Instant now) {
        return new Row(
                token.id().toString(),
                token.name(),
                TokenScope.words(token.confinement()),
                token.createdAt(),
                token.expiresAt(),
                token.lastUsedAt(),
                token.lastUsedFrom() == null ? "" : token.lastUsedFrom(),
                token.isValid(now),
                token.isValid(now) ? "" : token.revokedAt() != null ? "Revoked" : "Expired",
                token.id().equals(caller.get().credential()));
    }

    public void create() {
        notices.attempt(
                () -> secret = credentials
                        .issueToken(caller.get(), name.strip(), TokenScope.of(scope()), lifetime())
                        .secret(),
                "The token is made; copy it now");
        if (!secret.isEmpty()) {
            name = "";
        }
    }

    private List<String> scope() {
        return only.equals(EVERYWHERE) ? List.of(preset) : List.of(preset, "workspace:" + only);
    }

    private Duration lifetime() {
        return LIFETIMES.stream()
                .filter(choice -> choice.key().equals(days))
                .map(choice -> Duration.ofDays(Long.parseLong(choice.key())))
                .findFirst()
                .orElseThrow(() -> Refused.invalid("lifetime", "one of those offered"));
    }

    public void revoke() {
        notices.attempt(
                () -> credentials.revoke(caller.get(), chosen()),
                "Revoked; whoever still uses it is refused from now on");
    }

    private CredentialId chosen() {
        try {
            return new CredentialId(UUID.fromString(address.field("target")));
        } catch (IllegalArgumentException noId) {
            throw Refused.notFound("token", address.field("target"));
        }
    }

    /** Of the token that was just made; empty otherwise. */
    public String getSecret() {
        return secret;
    }

    public String getName() {
        return name;
    }

    public void setName(@Nullable String name) {
        this.name = name == null ? "" : name;
    }

    public String getDays() {
        return days;
    }

    public void setDays(@Nullable String days) {
        this.days = days == null ? "" : days;
    }

    public String getPreset() {
        return preset;
    }

    public void setPreset(@Nullable String preset) {
        this.preset = preset == null ? "all" : preset;
    }

    public String getOnly() {
        return only;
    }

    public void setOnly(@Nullable String only) {
        this.only = only == null ? EVERYWHERE : only;
    }

    public List<Choice> getPresets() {
        return PRESETS;
    }

    /** Those that a token can be confined to. */
    public List<Choice> getWorkspaces() {
        return List.of(
                new Choice(EVERYWHERE, "Every workspace"),
                new Choice(caller.workspace().value(), "Workspace %s only".formatted(caller.workspace())));
    }

    public List<Choice> getLifetimes() {
        return LIFETIMES;
    }
}
