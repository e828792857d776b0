package org.millwright.adapter.localprocess;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which process it was: its number, and when it started, as the system itself tells. Numbers are given again, to other
 * processes; a number together with a start is not.
 *
 * @param identity on Linux the boot's id and the clock ticks from there to the start; elsewhere what {@code ps} says
 */
record ProcessIdentity(long pid, String identity) {
    private static final Path PROC = Path.of("/proc");
    private static final Path BOOT = PROC.resolve("sys/kernel/random/boot_id");

    /** Whether that very process is still there and has not ended. */
    boolean isAlive() throws IOException {
        return identity.equals(current(pid));
    }

    /** Whether the number belongs to another process by now, or belonged to one before the machine was started again. */
    boolean isReplaced() throws IOException {
        var holder = current(pid);
        if (holder != null) {
            return !holder.equals(identity);
        }
        return Files.exists(BOOT) && !identity.startsWith(bootId());
    }

    /** What tells the process that has the number now; null when none that lives has it. */
    private static @Nullable String current(long pid) throws IOException {
        return Files.exists(BOOT) ? fromProc(pid) : fromPs(pid);
    }

    private static @Nullable String fromProc(long pid) throws IOException {
        String stat;
        try {
            stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return null;
        }
        // The second field is the program's name in brackets, which may itself have brackets and spaces.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        var ended = fields[0].equals("Z") || fields[0].equals("X");
        return ended ? null : bootId() + " " + fields[19];
    }

    private static String bootId() throws IOException {
        return Files.readString(BOOT).strip();
    }

    private static @Nullable String fromPs(long pid) throws IOException {
        var builder = new ProcessBuilder("ps", "-o", "stat=", "-o", "lstart=", "-p", Long.toString(pid));
        builder.environment().clear(); // the server's secrets are in its environment
        builder.environment().putAll(Map.of("PATH", "/usr/bin:/bin", "LC_ALL", "C", "TZ", "UTC"));
        var process = builder.redirectErrorStream(true).start();
        process.getOutputStream().close();
        var line = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
        var space = line.indexOf(' ');
        return space < 0 || line.startsWith("Z") ? null : line.substring(space).strip();
    }
}
