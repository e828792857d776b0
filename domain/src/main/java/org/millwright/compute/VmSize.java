package org.millwright.compute;

import java.util.Optional;
import org.millwright.shared.Refused;

/**
 * What a node of a cluster offers.
 *
 * @param name one of {@link VmSizes}, or {@link #SHARE}
 * @param memoryBytes of main memory
 * @param gpus whole devices
 */
public record VmSize(String name, double cpus, long memoryBytes, int gpus) {
    /** The name of a part of the server's own machine, as large as the machine allows. */
    public static final String SHARE = "Machine_Share";

    public VmSize {
        if (!(cpus > 0) || memoryBytes < 1 || gpus < 0) {
            throw Refused.invalid("size", "some of a CPU and of memory, and no less than no GPU");
        }
    }

    /** One of so many equal parts of a machine. */
    public static VmSize share(double cpus, long memoryBytes) {
        return new VmSize(SHARE, cpus, memoryBytes, 0);
    }

    /** Of the catalogue. @throws Refused with Invalid, naming the nearest, when there is none of that name */
    public static VmSize named(String name) {
        return VmSizes.find(name)
                .orElseThrow(() -> Refused.invalid(
                        "size",
                        "'%s' is not known; there are %s".formatted(name, String.join(", ", VmSizes.namesLike(name)))));
    }

    /** What of the wanted resources a node of this size lacks, in words; empty when it has them all. */
    public Optional<String> lacks(JobResources wanted) {
        if (wanted.gpus() > gpus) {
            return Optional.of("%d GPU, a node has %d".formatted(wanted.gpus(), gpus));
        }
        if (wanted.cpus() != null && wanted.cpus() > cpus) {
            return Optional.of("%s CPU, a node has %s".formatted(plain(wanted.cpus()), plain(cpus)));
        }
        if (wanted.memoryBytes() != null && wanted.memoryBytes() > memoryBytes) {
            return Optional.of(
                    "%s of memory, a node has %s".formatted(inMib(wanted.memoryBytes()), inMib(memoryBytes)));
        }
        return Optional.empty();
    }

    private static String plain(double number) {
        return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
    }

    private static String inMib(long bytes) {
        var mib = bytes >> 20;
        return mib % 1024 == 0 ? (mib >> 10) + " GiB" : mib + " MiB";
    }
}
