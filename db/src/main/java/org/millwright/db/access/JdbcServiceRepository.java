package org.millwright.db.access;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.transaction.Transactional;
import jakarta.transaction.Transactional.TxType;
import java.net.URI;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.millwright.access.CredentialId;
import org.millwright.access.PrincipalId;
import org.millwright.access.model.ClaimPattern;
import org.millwright.access.model.ClientCertificate;
import org.millwright.access.model.FederatedTrust;
import org.millwright.access.model.ServiceRepository;
import org.millwright.db.Database;
import org.millwright.db.Json;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Certificates and trusts of service principals in PostgreSQL. */
@ApplicationScoped
@Transactional(TxType.MANDATORY)
public class JdbcServiceRepository implements ServiceRepository {
    private final Database database;

    @Inject
    public JdbcServiceRepository(Database database) {
        this.database = database;
    }

    @SuppressWarnings("NullAway")
    protected JdbcServiceRepository() {
        this(null);
    }

    @Override
    public List<ClientCertificate> certificatesOf(PrincipalId service) {
        return database.query(
                "SELECT * FROM access.client_certificate WHERE service = ? ORDER BY created_at, id",
                JdbcServiceRepository::certificate,
                service.value());
    }

    @Override
    public void add(ClientCertificate certificate) {
        var added = database.update(
                """
                INSERT INTO access.client_certificate
                    (id, service, name, subject, thumbprint, pem, created_at, not_before, expires_at, last_used_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT ON CONSTRAINT client_certificate_once DO NOTHING
                """,
                certificate.id().value(),
                certificate.service().value(),
                certificate.name(),
                certificate.subject(),
                certificate.thumbprint(),
                certificate.pem(),
                certificate.createdAt(),
                certificate.notBefore(),
                certificate.expiresAt(),
                certificate.lastUsedAt());
        if (added == 0) {
            throw new Refused(new Problem.AlreadyExists("certificate", certificate.thumbprint()));
        }
    }

    @Override
    public boolean removeCertificate(PrincipalId service, CredentialId id) {
        return database.update(
                        "DELETE FROM access.client_certificate WHERE id = ? AND service = ?",
                        id.value(),
                        service.value())
                == 1;
    }

    @Override
    public List<FederatedTrust> trustsOf(PrincipalId service) {
        return database.query(
                "SELECT * FROM access.federated_trust WHERE service = ? ORDER BY created_at, id",
                JdbcServiceRepository::trust,
                service.value());
    }

    @Override
    public void add(FederatedTrust trust) {
        var claims = new HashMap<String, String>();
        trust.claims().forEach((claim, pattern) -> claims.put(claim, pattern.text()));
        var added = database.update(
                """
                INSERT INTO access.federated_trust
                    (id, service, name, issuer, audience, subject, claims, created_at, last_used_at)
                VALUES (?, ?, ?, ?, ?, ?, CAST(? AS jsonb), ?, ?) ON CONFLICT ON CONSTRAINT federated_trust_once DO NOTHING
                """,
                trust.id().value(),
                trust.service().value(),
                trust.name(),
                trust.issuer().toString(),
                trust.audience(),
                trust.subject().text(),
                Json.write(claims).value(),
                trust.createdAt(),
                trust.lastUsedAt());
        if (added == 0) {
            throw new Refused(new Problem.AlreadyExists("federation", trust.name()));
        }
    }

    @Override
    public boolean removeTrust(PrincipalId service, CredentialId id) {
        return database.update(
                        "DELETE FROM access.federated_trust WHERE id = ? AND service = ?", id.value(), service.value())
                == 1;
    }

    @Override
    public void used(CredentialId id, Instant at) {
        // Many sign in by one at the same moment; one of them writing is enough, and none waits for another.
        for (var table : List.of("access.client_certificate", "access.federated_trust")) {
            database.update("""
                    UPDATE %1$s SET last_used_at = ?
                    WHERE id IN (SELECT id FROM %1$s WHERE id = ? FOR UPDATE SKIP LOCKED)
                    """.formatted(table), at, id.value());
        }
    }

    private static ClientCertificate certificate(ResultSet row) throws SQLException {
        return new ClientCertificate(
                new CredentialId(row.getObject("id", UUID.class)),
                new PrincipalId(row.getString("service")),
                row.getString("name"),
                row.getString("subject"),
                row.getString("thumbprint"),
                row.getString("pem"),
                Database.requiredInstant(row, "created_at"),
                Database.requiredInstant(row, "not_before"),
                Database.requiredInstant(row, "expires_at"),
                Database.instant(row, "last_used_at"));
    }

    private static FederatedTrust trust(ResultSet row) throws SQLException {
        return new FederatedTrust(
                new CredentialId(row.getObject("id", UUID.class)),
                new PrincipalId(row.getString("service")),
                row.getString("name"),
                URI.create(row.getString("issuer")),
                row.getString("audience"),
                new ClaimPattern(row.getString("subject")),
                patterns(Json.texts(row.getString("claims"))),
                Database.requiredInstant(row, "created_at"),
                Database.instant(row, "last_used_at"));
    }

    private static Map<String, ClaimPattern> patterns(Map<String, String> texts) {
        var patterns = new HashMap<String, ClaimPattern>();
        texts.forEach((claim, text) -> patterns.put(claim, new ClaimPattern(text)));
        return patterns;
    }
}
