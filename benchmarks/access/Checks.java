import static org.millwright.access.Permission.EXPERIMENT_WRITE;
import static org.millwright.access.ResourceKind.EXPERIMENT;
import static org.millwright.workspace.WorkspaceName.MAIN;

import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import org.millwright.access.Authority;
import org.millwright.access.Caller;
import org.millwright.access.Confinement;
import org.millwright.access.CredentialId;
import org.millwright.access.Grant;
import org.millwright.access.Origin;
import org.millwright.access.PrincipalId;
import org.millwright.access.Resource;
import org.millwright.access.Role;
import org.millwright.access.Scope;

/** Prints what one check costs in nanoseconds of the processor, for people with some roles: what checks.py makes a table of. */
final class Checks {
    private static final int TIMES = 200_000;

    /** Keeps the checks from being left out because nobody looks at what they say. */
    private static int allowed;

    public static void main(String[] counts) {
        for (var count : counts) {
            var number = Integer.parseInt(count);
            var authority = Authority.nobody(Origin.SERVER).of(holding(number)).using(EXPERIMENT_WRITE);
            var last = Resource.of(EXPERIMENT, MAIN, number);
            System.out.printf(
                    "%d %d %d%n",
                    number,
                    nanoseconds(() -> authority.sees(last)),
                    nanoseconds(() -> authority.reach(EXPERIMENT, MAIN).includes(last.id())));
        }
        if (allowed == 0) {
            throw new IllegalStateException("Nothing was allowed, so it was not the check that was measured");
        }
    }

    /** One role is on the server, as an owner has it; several are on one experiment each. */
    private static Caller holding(int number) {
        var grants = new ArrayList<Grant>();
        if (number == 1) {
            grants.add(Grant.allow(Role.OWNER, Scope.SERVER));
        } else {
            for (var id = 1; id <= number; id++) {
                grants.add(Grant.allow(Role.DATA_SCIENTIST, Scope.on(Resource.of(EXPERIMENT, MAIN, id))));
            }
        }
        return new Caller(
                new PrincipalId("ada"),
                "Ada",
                List.copyOf(grants),
                Confinement.NONE,
                new CredentialId(new UUID(0, 1)),
                (String) null);
    }

    private static long nanoseconds(BooleanSupplier check) {
        repeat(check); // until it is compiled
        var began = processor();
        repeat(check);
        return (processor() - began) / TIMES;
    }

    /** Of this thread alone: how busy the machine is with other things is no part of the check. */
    private static long processor() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void repeat(BooleanSupplier check) {
        for (var time = 0; time < TIMES; time++) {
            allowed += check.getAsBoolean() ? 1 : 0;
        }
    }
}
