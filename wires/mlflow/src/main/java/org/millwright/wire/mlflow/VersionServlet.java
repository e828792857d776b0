package org.millwright.wire.mlflow;

import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.millwright.wire.http.Public;

/** {@code GET /version}: which MLflow release's protocol is spoken here. */
@Public("Clients ask it before they sign in")
public class VersionServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    static final String SPOKEN = "3.17.2";

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setContentType("text/plain;charset=UTF-8");
        response.getWriter().write(SPOKEN);
    }
}
