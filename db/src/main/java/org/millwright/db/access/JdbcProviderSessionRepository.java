package org.millwright.db.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.model.Identity;
import org.millwright.access.model.ProviderSession;
import org.millwright.access.model.ProviderSessionRepository;
import org.millwright.db.Database;

/** What sessions owe to identity providers, in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcProviderSessionRepository implements ProviderSessionRepository {
    private final Database database;

    @Inject
    public JdbcProviderSessionRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcProviderSessionRepository() {
        this(null);
    }

    @Override
    public void add(ProviderSession session, Instant checkAt) {
        database.update(
                """
                INSERT INTO access.provider_session
                    (credential, principal, provider, subject, provider_session, id_token, refresh_token, check_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                session.session().value(),
                session.principal().value(),
                session.identity().provider(),
                session.identity().subject(),
                session.providerSession(),
                session.idToken(),
                session.refreshToken(),
                checkAt);
    }

    @Override
    public Optional<ProviderSession> find(CredentialId session) {
        return database
                .query(
                        "SELECT * FROM access.provider_session WHERE credential = ?",
                        JdbcProviderSessionRepository::session,
                        session.value())
                .stream()
                .findFirst();
    }

    @Override
    public List<ProviderSession> of(Identity identity, @Nullable String providerSession) {
        return database.query(
                """
                SELECT * FROM access.provider_session
                WHERE provider = ? AND subject = ? AND (CAST(? AS text) IS NULL OR provider_session = ?)
                """,
                JdbcProviderSessionRepository::session,
                identity.provider(),
                identity.subject(),
                providerSession,
                providerSession);
    }

    @Override
    public List<ProviderSession> of(String provider, String providerSession) {
        return database.query(
                "SELECT * FROM access.provider_session WHERE provider = ? AND provider_session = ?",
                JdbcProviderSessionRepository::session,
                provider,
                providerSession);
    }

    @Override
    public List<ProviderSession> claimDue(Instant now, Instant usedSince, Instant dueAgain, int most) {
        return database.query("""
                UPDATE access.provider_session s SET check_at = ?
                WHERE s.credential IN (
                    SELECT d.credential FROM access.provider_session d JOIN access.credential c ON c.id = d.credential
                    WHERE d.refresh_token IS NOT NULL AND d.check_at <= ?
                      AND c.revoked_at IS NULL AND c.expires_at > ? AND coalesce(c.last_used_at, c.created_at) >= ?
                    ORDER BY d.check_at LIMIT ?
                    FOR UPDATE OF d SKIP LOCKED)
                RETURNING s.*
                """, JdbcProviderSessionRepository::session, dueAgain, now, now, usedSince, most);
    }

    @Override
    public void update(ProviderSession session) {
        database.update(
                """
                UPDATE access.provider_session SET provider_session = ?, id_token = ?, refresh_token = ?
                WHERE credential = ?
                """,
                session.providerSession(),
                session.idToken(),
                session.refreshToken(),
                session.session().value());
    }

    @Override
    public int forgetEnded(Instant now) {
        return database.update("""
                DELETE FROM access.provider_session s USING access.credential c
                WHERE c.id = s.credential AND (c.revoked_at IS NOT NULL OR c.expires_at <= ?)
                """, now);
    }

    private static ProviderSession session(ResultSet row) throws SQLException {
        return new ProviderSession(
                new CredentialId(row.getObject("credential", UUID.class)),
                new PrincipalId(row.getString("principal")),
                new Identity(row.getString("provider"), row.getString("subject")),
                row.getString("provider_session"),
                row.getString("id_token"),
                row.getString("refresh_token"));
    }
}
