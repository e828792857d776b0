package org.millwright.inference;

import java.io.IOException;
import java.io.InputStream;

/** A body that is cut off with a 413 when it grows beyond what the deployment takes. */
final class LimitedBody extends InputStream {
    private final InputStream body;
    private final long limit;
    private long read;

    LimitedBody(InputStream body, long limit) {
        this.body = body;
        this.limit = limit;
    }

    static Refusal tooLarge(long limit) {
        return new Refusal(
                413,
                "RequestTooLarge",
                "The body is larger than the %d bytes that this deployment takes".formatted(limit));
    }

    @Override
    public int read() throws IOException {
        var value = body.read();
        count(value < 0 ? 0 : 1);
        return value;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        var got = body.read(target, offset, length);
        count(Math.max(got, 0));
        return got;
    }

    private void count(int bytes) {
        read += bytes;
        if (read > limit) {
            throw tooLarge(limit);
        }
    }
}
