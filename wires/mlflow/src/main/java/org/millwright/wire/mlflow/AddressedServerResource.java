package org.millwright.wire.mlflow;

import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.millwright.wire.http.Public;

/** What clients ask the server itself, when their tracking address names a workspace. */
@Path("server")
@Produces(MediaType.TEXT_PLAIN)
@Public("It says what the server's root says to anybody")
@ApplicationScoped
public class AddressedServerResource {
    @GET
    @Path("version")
    public String version() {
        return VersionServlet.SPOKEN;
    }

    @GET
    @Path("health")
    public String health() {
        return "OK";
    }
}
