package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.millwright.workspace.app.Workspaces;

/**
 * Tells whoever watches the server how it is: {@code /live}, whether it answers at all, and {@code /ready}, whether it
 * answers for real, database included. Anybody may ask.
 */
public class HealthServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    @Inject
    transient Workspaces workspaces;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        switch (request.getPathInfo() == null ? "" : request.getPathInfo()) {
            // MLflow's clients and load balancers ask for the bare path and expect this one word.
            case "", "/" -> {
                response.setContentType("text/plain");
                response.getWriter().write("OK");
            }
            case "/live" -> answer(response, 200, "UP");
            case "/ready" -> ready(response);
            default -> response.sendError(404);
        }
    }

    private void ready(HttpServletResponse response) throws IOException {
        try {
            workspaces.list();
            answer(response, 200, "UP");
        } catch (RuntimeException databaseIsAway) {
            log("Not ready: " + databaseIsAway.getMessage());
            answer(response, 503, "DOWN");
        }
    }

    private static void answer(HttpServletResponse response, int status, String word) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getWriter().write("{\"status\":\"" + word + "\"}");
    }
}
