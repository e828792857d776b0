package org.millwright.adapter.attempt;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;

/** Reads a file that others add to meanwhile. */
public final class GrowingFile {
    private GrowingFile() {}

    /** At most so many bytes from the offset on; empty when there is nothing (yet). */
    public static byte[] read(Path file, long offset, int most) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            var length = Math.clamp(channel.size() - offset, 0, most);
            var buffer = ByteBuffer.allocate(length);
            channel.position(offset);
            while (buffer.hasRemaining() && channel.read(buffer) > 0) {
                // Until the buffer is full.
            }
            return Arrays.copyOf(buffer.array(), buffer.position());
        } catch (NoSuchFileException notYet) {
            return new byte[0];
        }
    }
}
