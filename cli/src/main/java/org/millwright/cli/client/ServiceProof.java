package org.millwright.cli.client;

import java.io.IOException;
import java.util.SequencedMap;

/** How a service principal proves itself: with what fields of the form that asks for an access token. */
public interface ServiceProof {

    /** A fresh proof; some are good for one time only. @throws IOException if it cannot be had */
    SequencedMap<String, String> fields() throws IOException;

    /** Whether several commands can only use it once together, so that they have to share what they get for it. */
    boolean isForOneTime();
}
