package org.millwright.shared;

import java.io.Serial;

/** A request that the domain said no to. It rolls the transaction back, and the wire words its {@link Problem}. */
public class Refused extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Problem problem;

    public Refused(Problem problem) {
        // No stack trace: a refusal is an answer, not a fault, and clients can cause thousands of them.
        super(problem.sentence(), null, false, false);
        this.problem = problem;
    }

    public Problem problem() {
        return problem;
    }

    public static Refused invalid(String field, String rule) {
        return new Refused(new Problem.Invalid(field, rule));
    }

    public static Refused notFound(String kind, Object id) {
        return new Refused(new Problem.NotFound(kind, id.toString()));
    }

    public static Refused stale(String kind, Object id) {
        return new Refused(new Problem.Stale(kind, id.toString()));
    }
}
