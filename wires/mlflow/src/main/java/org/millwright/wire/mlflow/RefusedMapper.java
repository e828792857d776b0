package org.millwright.wire.mlflow;

import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.millwright.shared.Refused;

/** Words what the domain refused. */
@Provider
public class RefusedMapper implements ExceptionMapper<Refused> {
    @Override
    public Response toResponse(Refused refused) {
        return FailureMapper.answer(refused.problem());
    }
}
