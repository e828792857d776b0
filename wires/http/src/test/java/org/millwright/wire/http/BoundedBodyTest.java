package org.millwright.wire.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.millwright.contract.Refusals.assertRefused;

import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.millwright.shared.Problem;

class BoundedBodyTest {
    private static final BodyPace PACE = new BodyPace(Duration.ofSeconds(30), 1024);

    private long nanos;
    private Duration perRead = Duration.ZERO;

    @Test
    void a_body_within_its_bounds_comes_whole() throws IOException {
        assertThat(body(1000, 1000).readAllBytes()).hasSize(1000);
    }

    @Test
    void a_body_that_is_longer_is_refused_however_it_is_read() {
        assertRefused(Problem.TooLarge.class, () -> body(1001, 1000).readAllBytes());
        assertRefused(Problem.TooLarge.class, () -> {
            var body = body(1001, 1000);
            while (body.read() >= 0) {
                // It must end by the refusal.
            }
        });
    }

    @Test
    void a_body_that_comes_byte_by_byte_is_given_up() {
        perRead = Duration.ofSeconds(1);
        assertRefused(Problem.Invalid.class, () -> {
            var body = body(1000, 1000);
            while (body.read() >= 0) {
                // It must end by the refusal.
            }
        });
    }

    @Test
    void a_slow_line_that_keeps_its_pace_is_good_enough() throws IOException {
        perRead = Duration.ofSeconds(2);
        assertThat(body(1_000_000, 1_000_000).readNBytes(new byte[1_000_000], 0, 1_000_000))
                .isEqualTo(1_000_000);
    }

    @Test
    void a_body_that_stops_coming_is_refused_as_one() {
        assertRefused(Problem.Invalid.class, () -> new BoundedBody(
                        new Silent() {
                            @Override
                            public int read() throws IOException {
                                throw new SocketTimeoutException();
                            }

                            @Override
                            public int read(byte[] buffer, int offset, int length) throws IOException {
                                throw new SocketTimeoutException();
                            }
                        },
                        10,
                        PACE,
                        () -> 0)
                .readAllBytes());
    }

    /** @param bytes that come, 4096 at a time at most */
    private BoundedBody body(int bytes, long most) {
        return new BoundedBody(
                new Silent() {
                    private int left = bytes;

                    @Override
                    public int read() {
                        nanos += perRead.toNanos();
                        return left-- > 0 ? 'x' : -1;
                    }

                    @Override
                    public int read(byte[] buffer, int offset, int length) {
                        nanos += perRead.toNanos();
                        var count = Math.min(Math.min(left, length), 4096);
                        left -= count;
                        return count == 0 ? -1 : count;
                    }
                },
                most,
                PACE,
                () -> nanos);
    }

    private abstract static class Silent extends ServletInputStream {
        @Override
        public boolean isFinished() {
            return false;
        }

        @Override
        public boolean isReady() {
            return true;
        }

        @Override
        public void setReadListener(ReadListener listener) {
            throw new UnsupportedOperationException("Nobody listens");
        }
    }
}
