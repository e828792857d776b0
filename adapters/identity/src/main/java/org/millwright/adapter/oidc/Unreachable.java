package org.millwright.adapter.oidc;

import java.io.Serial;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** Nobody can be believed now, since the provider does not answer: no word about whoever asks. */
final class Unreachable extends Refused {
    @Serial
    private static final long serialVersionUID = 1L;

    Unreachable(String reason) {
        super(new Problem.Unauthenticated(reason));
    }
}
