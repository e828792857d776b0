package org.millwright.access.fake;

import java.util.List;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Authority;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Origin;
import org.millwright.access.Permission;
import org.millwright.access.PrincipalId;

/** Does things in tests as somebody who holds these roles, and by an operation that uses that permission. */
public record Acting(Caller caller, Permission permission) {

    public static Acting by(Permission permission, Grant... grants) {
        return new Acting(holding(grants), permission);
    }

    public static Caller holding(Grant... grants) {
        return new Caller(
                new PrincipalId("ada"),
                "Ada",
                List.of(grants),
                Confinement.NONE,
                new CredentialId(new UUID(0, 1)),
                (@Nullable String) null);
    }

    public <T> T get(Supplier<T> work) {
        return Authority.nobody(Origin.SERVER).of(caller).using(permission).doing(work);
    }
}
