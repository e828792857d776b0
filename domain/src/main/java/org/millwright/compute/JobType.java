package org.millwright.compute;

import org.millwright.shared.Refused;

/**
 * How the nodes of a job work together. It is stored under the names of these components, as {@link ComputeKind} is.
 */
public sealed interface JobType {

    /** How many processes it has on each node. */
    default int processesPerNode() {
        return 1;
    }

    /** One process on one node; on more nodes, the same process on each. */
    record Command() implements JobType {}

    /**
     * Processes that work on one thing and find each other.
     *
     * @param processesPerInstance on each node
     */
    record Distributed(Framework framework, int processesPerInstance) implements JobType {
        public Distributed {
            if (processesPerInstance < 1 || processesPerInstance > 256) {
                throw Refused.invalid("distribution.process_count_per_instance", "1 to 256");
            }
        }

        @Override
        public int processesPerNode() {
            return processesPerInstance;
        }
    }

    /** By what the processes of a distributed job know their rank, their number and where to meet. */
    enum Framework {
        PYTORCH,
        MPI,
        TENSORFLOW,
        PLAIN
    }

    /** Mini-batches of files or rows, spread over processes. */
    record Parallel() implements JobType {}

    /** A Spark application. */
    record Spark() implements JobType {}
}
