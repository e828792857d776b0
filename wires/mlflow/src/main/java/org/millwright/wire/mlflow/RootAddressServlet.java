package org.millwright.wire.mlflow;

import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.millwright.wire.http.Public;

/** Leads the few addresses that MLflow has at the server's root to the resources that answer them. */
@Public("It only leads on; the resource that it leads to checks the permission")
public class RootAddressServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
            throws ServletException, IOException {
        // The resource reads the query from the address that it is reached at, so it goes along.
        var query = request.getQueryString();
        request.getRequestDispatcher("/ajax-api/2.0/mlflow%s%s"
                        .formatted(request.getServletPath(), query == null ? "" : "?" + query))
                .forward(request, response);
    }
}
