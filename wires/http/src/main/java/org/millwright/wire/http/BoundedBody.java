package org.millwright.wire.http;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;

/** A body of a request that refuses to go on when it is longer than it may be, comes too slowly, or does not come whole. */
final class BoundedBody extends ServletInputStream {
    private final ServletInputStream body;
    private final long most;
    private final BodyPace pace;
    private final LongSupplier nanoTime;
    private final long begin;
    private long count;

    /** @param most bytes @param nanoTime as {@link System#nanoTime} */
    BoundedBody(ServletInputStream body, long most, BodyPace pace, LongSupplier nanoTime) {
        this.body = body;
        this.most = most;
        this.pace = pace;
        this.nanoTime = nanoTime;
        this.begin = nanoTime.getAsLong();
    }

    @Override
    public int read() throws IOException {
        try {
            var value = body.read();
            counted(value < 0 ? -1 : 1);
            return value;
        } catch (SocketTimeoutException silent) {
            throw tooSlow();
        } catch (IOException broken) {
            throw incomplete();
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        try {
            return counted(body.read(buffer, offset, length));
        } catch (SocketTimeoutException silent) {
            throw tooSlow();
        } catch (IOException broken) {
            throw incomplete();
        }
    }

    private int counted(int read) {
        if (read > 0) {
            count += read;
            if (count > most) {
                throw new Refused(new Problem.TooLarge("body", most, "bytes"));
            }
            if (pace.isTooSlow(count, Duration.ofNanos(nanoTime.getAsLong() - begin))) {
                throw tooSlow();
            }
        }
        return read;
    }

    /** Its sender went away, or it is not packed as it says, or unpacks to far more than came. It is their defect, not ours. */
    private static Refused incomplete() {
        return Refused.invalid("body", "it cannot be read to its end");
    }

    private static Refused tooSlow() {
        return Refused.invalid("body", "it came too slowly, and was given up");
    }

    @Override
    public int available() throws IOException {
        return body.available();
    }

    @Override
    public boolean isFinished() {
        return body.isFinished();
    }

    @Override
    public boolean isReady() {
        return body.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
        body.setReadListener(listener);
    }

    @Override
    public void close() throws IOException {
        body.close();
    }
}
