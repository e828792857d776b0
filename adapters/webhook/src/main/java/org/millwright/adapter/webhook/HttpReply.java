package org.millwright.adapter.webhook;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ProtocolException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.monitoring.model.Answer;

/** Reads the answer to one HTTP/1.1 request (RFC 9112), and of its body no more than people want to see. */
final class HttpReply {
    private static final int MOST_HEADER_BYTES = 32 * 1024;
    private static final int MOST_BODY_BYTES = 4 * 1024;
    private static final Pattern STATUS_LINE = Pattern.compile("HTTP/1\\.[01] ([1-5]\\d\\d)( .*)?");
    private static final Pattern SECONDS = Pattern.compile("\\d{1,9}");

    private final InputStream input;
    private int headerBytes;

    private HttpReply(InputStream input) {
        this.input = input;
    }

    /** @throws IOException when it is no answer of HTTP/1.1, or ends within its head */
    static Answer.Answered read(InputStream input) throws IOException {
        return new HttpReply(input).read();
    }

    private Answer.Answered read() throws IOException {
        while (true) {
            var status = status();
            var headers = headers();
            if (status >= 200) {
                return new Answer.Answered(status, body(headers), retryAfter(headers));
            }
            // 100 Continue, 103 Early Hints: the answer proper is still to come.
        }
    }

    private int status() throws IOException {
        var matcher = STATUS_LINE.matcher(line());
        if (!matcher.matches()) {
            throw new ProtocolException("what came back is no HTTP answer");
        }
        return Integer.parseInt(matcher.group(1));
    }

    private Map<String, String> headers() throws IOException {
        var headers = new HashMap<String, String>();
        for (var line = line(); !line.isEmpty(); line = line()) {
            var colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(
                        line.substring(0, colon).strip().toLowerCase(Locale.ROOT),
                        line.substring(colon + 1).strip());
            }
        }
        return headers;
    }

    /** What is broken after the head does not matter: the status has arrived. */
    private String body(Map<String, String> headers) {
        var body = new ByteArrayOutputStream();
        try {
            if (headers.getOrDefault("transfer-encoding", "")
                    .toLowerCase(Locale.ROOT)
                    .endsWith("chunked")) {
                readChunks(body);
            } else {
                var length = headers.getOrDefault("content-length", "");
                copy(body, SECONDS.matcher(length).matches() ? Long.parseLong(length) : Long.MAX_VALUE);
            }
        } catch (IOException cutShort) {
            // Shown as far as it came.
        }
        return body.toString(StandardCharsets.UTF_8).replace("\0", "");
    }

    private void readChunks(ByteArrayOutputStream body) throws IOException {
        while (body.size() < MOST_BODY_BYTES) {
            var size = line();
            var end = size.indexOf(';');
            long length;
            try {
                length = Long.parseLong((end < 0 ? size : size.substring(0, end)).strip(), 16);
            } catch (NumberFormatException noChunk) {
                return;
            }
            if (length <= 0) {
                return;
            }
            copy(body, length);
            line();
        }
    }

    private void copy(ByteArrayOutputStream body, long length) throws IOException {
        var most = (int) Math.min(length, MOST_BODY_BYTES - body.size());
        body.write(input.readNBytes(most));
    }

    private String line() throws IOException {
        var line = new ByteArrayOutputStream();
        while (true) {
            var next = input.read();
            if (next < 0) {
                throw new EOFException("the connection was closed before an answer");
            }
            if (++headerBytes > MOST_HEADER_BYTES) {
                throw new ProtocolException(
                        "the head of the answer is longer than %d bytes".formatted(MOST_HEADER_BYTES));
            }
            if (next == '\n') {
                var text = line.toString(StandardCharsets.ISO_8859_1);
                return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
            }
            line.write(next);
        }
    }

    private static @Nullable Duration retryAfter(Map<String, String> headers) {
        var text = headers.getOrDefault("retry-after", "");
        return SECONDS.matcher(text).matches() ? Duration.ofSeconds(Long.parseLong(text)) : null;
    }
}
