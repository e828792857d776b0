package org.millwright.compute;

import java.io.IOException;

/** Where attempts do their work. */
public interface AttemptFolders {

    /** Removes the working folder of an attempt that is over; does nothing when there is none. */
    void discard(AttemptId attempt) throws IOException;
}
