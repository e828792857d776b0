package org.millwright.access;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * In whose name something is done, from where and by which operation, as the audit trail keeps it.
 *
 * @param principal null while nobody is signed in
 * @param name of the principal, at that time
 * @param run whose token they used; null for people and services
 * @param request names the one request
 * @param operation method and path, with the names of places instead of what stands there
 */
public record Attribution(
        @Nullable String principal,
        @Nullable String name,
        @Nullable String credential,
        @Nullable String run,
        String address,
        String client,
        String request,
        String operation,
        @Nullable String permission) {
    private static final int CLIENT_LENGTH = 200;
    private static final int OPERATION_LENGTH = 300;

    /** That of the current thread; empty when the server works for itself. */
    public static Optional<Attribution> current() {
        var authority = Authority.current();
        var origin = authority.origin();
        var caller = authority.caller().orElse(null);
        if (caller == null && origin.equals(Origin.SERVER)) {
            return Optional.empty();
        }
        return Optional.of(new Attribution(
                caller == null ? null : caller.principal().value(),
                caller == null ? null : caller.name(),
                caller == null || caller.credential().equals(CredentialId.NONE)
                        ? null
                        : caller.credential().toString(),
                caller == null ? null : caller.run(),
                origin.address(),
                kept(origin.client(), CLIENT_LENGTH),
                origin.request(),
                kept(AuditTrace.current().flatMap(AuditTrace::operation).orElse(origin.operation()), OPERATION_LENGTH),
                authority
                        .permission()
                        .or(() -> AuditTrace.current().flatMap(AuditTrace::permission))
                        .map(Permission::name)
                        .orElse(null)));
    }

    /** What a stranger may have written, as a database keeps it. */
    private static String kept(String text, int most) {
        var clean = text.replace('\0', ' ');
        return clean.length() <= most ? clean : clean.substring(0, most);
    }
}
