package org.millwright.wire.rest;

import jakarta.inject.Inject;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.millwright.shared.Outages;

/** The database being away, and our own defects, which are logged once with a number that the caller is told, and nothing of our insides. */
@Provider
public class UnexpectedMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = Logger.getLogger(UnexpectedMapper.class.getName());

    @Inject
    Outages outages;

    @Override
    public Response toResponse(Throwable failure) {
        return outages.of(failure).map(RefusedMapper::answer).orElseGet(() -> defect(failure));
    }

    private static Response defect(Throwable defect) {
        var number = UUID.randomUUID();
        LOG.log(Level.SEVERE, "Request failed, told the caller defect " + number, defect);
        return ProblemBody.of(
                        500, "defect", "Defect", "The server failed; its log has the cause under defect " + number)
                .toResponse();
    }
}
