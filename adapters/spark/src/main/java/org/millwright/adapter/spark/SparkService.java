package org.millwright.adapter.spark;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.millwright.compute.spi.LaunchFailed;

/**
 * A service that starts Spark applications on one cluster. Every call is short.
 *
 * <p>{@link IOException} means that the service cannot be reached or is in trouble, so that asking again later may help.
 */
public interface SparkService extends AutoCloseable {

    /** What becomes of an application, in the words of all services. */
    enum State {
        /** It was taken, and waits for room or for its machines. */
        WAITING,
        RUNNING,
        SUCCEEDED,
        FAILED,
        /** Ended by somebody. */
        KILLED,
        TIMED_OUT,
        /** The service does not know it, or not any more. */
        UNKNOWN;

        public boolean isOver() {
            return this != WAITING && this != RUNNING;
        }
    }

    /** @param reason what the service says of it, in its own words; may be empty */
    record Seen(State state, String reason) {}

    /** How people know it: "Livy at https://...". */
    String name();

    /** The id of an application that was started before under this name, where the service can tell. */
    Optional<String> find(String name) throws IOException;

    /** The id of an application by the name of the folder that its driver works in, where the service gives it that name. */
    default Optional<String> idOf(String place) {
        return Optional.empty();
    }

    /**
     * Starts an application, or finds it started by an earlier call with the same name, where the service can tell.
     *
     * @return the service's id of it
     * @throws LaunchFailed with the service's reason when it will not
     */
    String submit(Application application) throws LaunchFailed, IOException;

    Seen look(String id) throws IOException;

    /** The service's own log of an application, from a line on; empty when it has none (yet). */
    List<String> log(String id, int from) throws IOException;

    /** Ends an application; returns when the service has taken note. Again is harmless. */
    void kill(String id) throws IOException;

    /** Looks whether it is there and lets us in. @throws LaunchFailed with what is wrong */
    void check() throws LaunchFailed, IOException;

    @Override
    default void close() {}
}
