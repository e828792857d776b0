package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;

/**
 * Words what the container refuses before a wire sees it, such as a path that is not properly encoded: as MLflow's error
 * below MLflow's paths, as RFC 9457 elsewhere. The container's own page would show its insides.
 */
public class WireErrorServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    @Inject
    transient ErrorStatus statuses;

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var status = statuses.of(request, response);
        var path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI) instanceof String uri ? uri : "";
        response.setStatus(status);
        response.setCharacterEncoding("UTF-8");
        if (path.contains("/mlflow")) {
            response.setContentType("application/json");
            response.getWriter()
                    .write("{\"error_code\":\"%s\",\"message\":\"%s\"}".formatted(mlflowCode(status), words(status)));
        } else {
            response.setContentType("application/problem+json");
            response.getWriter()
                    .write("{\"type\":\"urn:millwright:problem:http\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\"}"
                            .formatted(title(status), status, words(status)));
        }
    }

    private static String mlflowCode(int status) {
        return switch (status) {
            case 404 -> "ENDPOINT_NOT_FOUND";
            case 405 -> "METHOD_NOT_ALLOWED";
            case 411, 413 -> "INVALID_PARAMETER_VALUE";
            case 503 -> "TEMPORARILY_UNAVAILABLE";
            default -> status < 500 ? "BAD_REQUEST" : "INTERNAL_ERROR";
        };
    }

    private static String title(int status) {
        return switch (status) {
            case 404 -> "Not found";
            case 405 -> "Method not allowed";
            case 411 -> "Length required";
            case 413 -> "Too large";
            case 421 -> "Misdirected";
            case 503 -> "Not available";
            default -> status < 500 ? "Bad request" : "Defect";
        };
    }

    private static String words(int status) {
        return switch (status) {
            case 404 -> "There is nothing at this address";
            case 405 -> "This address does not answer the method";
            case 411 -> "A form needs a Content-Length";
            case 413 -> "The body is larger than what this address takes";
            case 421 -> "This server is not asked for by that name; its operator adds names to MILLWRIGHT_HOSTS";
            case 503 -> "The database does not answer just now; try again in a moment";
            default ->
                status < 500
                        ? "The address or a header of the request cannot be understood"
                        : "The server failed; its log says why";
        };
    }
}
