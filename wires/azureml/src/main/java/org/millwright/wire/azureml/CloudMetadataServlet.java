package org.millwright.wire.azureml;

import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import org.millwright.shared.ServerSettings;

/**
 * {@code GET /metadata/endpoints?api-version=}: the first request of every Azure client, before it has a credential, and
 * again before most of its storage operations; so it is a plain servlet and asks nobody.
 */
public class CloudMetadataServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    @Inject
    transient ServerSettings settings;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var version = request.getParameter("api-version");
        response.setContentType("application/json");
        response.getWriter()
                .write(new CloudMetadata(settings.publicUrl().toString()).json(version == null ? "" : version));
    }
}
