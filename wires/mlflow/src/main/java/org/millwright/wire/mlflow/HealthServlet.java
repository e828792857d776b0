package org.millwright.wire.mlflow;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.millwright.wire.http.Public;

/** {@code GET /health}: that requests are answered at all, in the word that MLflow's clients and probes expect. */
@Public("A probe has no credential")
public class HealthServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().write("OK");
    }
}
