package org.millwright.wire.mlflow;

import org.millwright.shared.Problem;

/** What MLflow's clients expect in the body of an answer that is not a success. */
record MlflowError(ErrorCode errorCode, String message) {
    private static final String HINT = " See the API docs for more information about request parameters.";

    /** No {@code default}: a new kind of problem must be worded here before it compiles. */
    static MlflowError of(Problem problem) {
        return new MlflowError(code(problem), message(problem));
    }

    static MlflowError invalid(String message) {
        return new MlflowError(ErrorCode.INVALID_PARAMETER_VALUE, message);
    }

    static MlflowError missing(String parameter) {
        return invalid("Missing value for required parameter '%s'.".formatted(parameter) + HINT);
    }

    /** @param json the value as it was sent; @param rule what it should be */
    static MlflowError invalid(String parameter, String json, String rule) {
        return invalid("Invalid value %s for parameter '%s' supplied: %s".formatted(json, parameter, rule) + HINT);
    }

    private static ErrorCode code(Problem problem) {
        return switch (problem) {
            case Problem.NotFound _ -> ErrorCode.RESOURCE_DOES_NOT_EXIST;
            case Problem.AlreadyExists _ -> ErrorCode.RESOURCE_ALREADY_EXISTS;
            case Problem.Invalid _, Problem.WrongState _, Problem.TooLarge _ -> ErrorCode.INVALID_PARAMETER_VALUE;
            case Problem.Stale _ -> ErrorCode.RESOURCE_CONFLICT;
            case Problem.Unauthenticated _ -> ErrorCode.UNAUTHENTICATED;
            case Problem.TooManyAttempts _ -> ErrorCode.REQUEST_LIMIT_EXCEEDED;
            case Problem.Unavailable _ -> ErrorCode.TEMPORARILY_UNAVAILABLE;
            case Problem.Forbidden _ -> ErrorCode.PERMISSION_DENIED;
            case Problem.NotSupported _ -> ErrorCode.NOT_IMPLEMENTED;
        };
    }

    /** In MLflow's words where its users know them. */
    private static String message(Problem problem) {
        return switch (problem) {
            case Problem.WrongState(var kind, var id, var state, var _)
            when state.equals("deleted") ->
                "The %s %s must be in the 'active' state. Current state is deleted.".formatted(kind, id);
            case Problem.Invalid(var field, var rule) ->
                "Invalid value for parameter '%s' supplied: %s".formatted(field, rule);
            case Problem.NotFound _,
                    Problem.AlreadyExists _,
                    Problem.WrongState _,
                    Problem.TooLarge _,
                    Problem.Stale _,
                    Problem.Unauthenticated _,
                    Problem.TooManyAttempts _,
                    Problem.Unavailable _,
                    Problem.Forbidden _,
                    Problem.NotSupported _ -> problem.sentence();
        };
    }
}
