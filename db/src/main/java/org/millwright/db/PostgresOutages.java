package org.millwright.db;

import jakarta.enterprise.context.ApplicationScoped;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.Outages;
import org.millwright.shared.Problem;

/** Goes by SQLSTATE: lost connections, and PostgreSQL shutting down or starting (its manual, Appendix A). */
@ApplicationScoped
public class PostgresOutages implements Outages {
    private static final Problem.Unavailable DATABASE =
            new Problem.Unavailable("the database", "it does not answer; try again in a moment");
    private static final String CONNECTION = "08";
    private static final String OPERATOR = "57P";

    @Override
    public Optional<Problem.Unavailable> of(@Nullable Throwable failure) {
        for (var cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && isOutage(sql.getSQLState())) {
                return Optional.of(DATABASE);
            }
        }
        return Optional.empty();
    }

    private static boolean isOutage(@Nullable String state) {
        return state != null && (state.startsWith(CONNECTION) || state.startsWith(OPERATOR));
    }
}
