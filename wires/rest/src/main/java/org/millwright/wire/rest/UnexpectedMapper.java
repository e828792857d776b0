package org.millwright.wire.rest;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Our own defects: logged once with a number that the caller is told, and nothing of our insides. */
@Provider
public class UnexpectedMapper implements ExceptionMapper<Throwable> {
    private static final Logger LOG = Logger.getLogger(UnexpectedMapper.class.getName());

    @Override
    public Response toResponse(Throwable defect) {
        var number = UUID.randomUUID();
        LOG.log(Level.SEVERE, "Request failed, told the caller defect " + number, defect);
        return ProblemBody.of(
                        500, "defect", "Defect", "The server failed; its log has the cause under defect " + number)
                .toResponse();
    }
}
