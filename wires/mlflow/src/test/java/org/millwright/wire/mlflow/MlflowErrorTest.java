package org.millwright.wire.mlflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.millwright.shared.Problem;

class MlflowErrorTest {

    static Stream<Arguments> problems() {
        return Stream.of(
                Arguments.of(new Problem.NotFound("run", "r1"), 404, "RESOURCE_DOES_NOT_EXIST", "No run 'r1'"),
                Arguments.of(
                        new Problem.AlreadyExists("experiment", "e"),
                        400,
                        "RESOURCE_ALREADY_EXISTS",
                        "Experiment 'e' already exists"),
                Arguments.of(
                        new Problem.Invalid("name", "too long"),
                        400,
                        "INVALID_PARAMETER_VALUE",
                        "Invalid value for parameter 'name' supplied: too long"),
                Arguments.of(
                        new Problem.WrongState("run", "r1", "deleted", "change"),
                        400,
                        "INVALID_PARAMETER_VALUE",
                        "The run r1 must be in the 'active' state. Current state is deleted."),
                Arguments.of(
                        new Problem.WrongState("run", "r1", "Running", "delete"),
                        400,
                        "INVALID_PARAMETER_VALUE",
                        "Cannot delete run 'r1': it is Running"),
                Arguments.of(
                        new Problem.Stale("model", "m"),
                        409,
                        "RESOURCE_CONFLICT",
                        "Model 'm' was changed by someone else meanwhile; read it again"),
                Arguments.of(new Problem.Unauthenticated("Sign in"), 401, "UNAUTHENTICATED", "Sign in"),
                Arguments.of(
                        new Problem.Forbidden("read", "no role"),
                        403,
                        "PERMISSION_DENIED",
                        "You may not read: no role"),
                Arguments.of(
                        new Problem.TooLarge("file", 5, "bytes"),
                        400,
                        "INVALID_PARAMETER_VALUE",
                        "file: at most 5 bytes"),
                Arguments.of(
                        new Problem.NotSupported("Multipart upload", "PUT it"),
                        501,
                        "NOT_IMPLEMENTED",
                        "Multipart upload is not supported: PUT it"));
    }

    @ParameterizedTest
    @MethodSource("problems")
    void every_problem_has_its_status_its_code_and_its_words(Problem problem, int status, String code, String message) {
        var error = MlflowError.of(problem);
        assertThat(error.errorCode().status()).isEqualTo(status);
        assertThat(error.errorCode()).hasToString(code);
        assertThat(error.message()).isEqualTo(message);
    }
}
