package org.millwright.wire.http;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterConfig;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Serial;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.shared.HttpSettings;

/**
 * Bounds the bodies of requests, by what they are: a file may be as large as the operator allows and is written to the disk
 * as it comes; everything else is read into memory and small. A body that hardly comes is given up, so that nobody keeps a
 * thread by sending a byte now and then.
 *
 * <p>Parameters of the filter: {@code mostBytes} of what is no file, and {@code files}, a pattern of the paths that take
 * files; none without it.
 */
public class BodyFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final Pattern NO_PATH = Pattern.compile("(?!)");
    private static final BodyPace PACE_OF_FILES = new BodyPace(Duration.ofMinutes(1), 1024);
    private static final BodyPace PACE_OF_OTHERS = new BodyPace(Duration.ofSeconds(30), 16 * 1024);

    @Inject
    transient HttpSettings settings;

    private long mostBytes;
    private transient Pattern files = NO_PATH;

    @Override
    public void init(FilterConfig parameters) {
        mostBytes = Long.parseLong(parameters.getInitParameter("mostBytes"));
        var pattern = parameters.getInitParameter("files");
        files = pattern == null ? NO_PATH : Pattern.compile(pattern);
    }

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        var length = request.getContentLengthLong();
        if (length < 0 && request.getHeader("Transfer-Encoding") == null) {
            chain.doFilter(request, response);
            return;
        }
        var file = request.getMethod().equals("PUT")
                && files.matcher(request.getRequestURI()).find();
        var most = file ? settings.largestUpload() : mostBytes;
        if (length > most) {
            response.sendError(413, "The body is too large");
        } else if (length < 0 && isForm(request)) {
            // The container reads forms itself, past every stream of ours.
            response.sendError(411, "A form needs a Content-Length");
        } else {
            chain.doFilter(new Bounded(request, most, file ? PACE_OF_FILES : PACE_OF_OTHERS), response);
        }
    }

    private static boolean isForm(HttpServletRequest request) {
        var type = request.getContentType();
        return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/x-www-form-urlencoded");
    }

    /** A request whose body ends with an error when it is too long, or too slow. */
    private static final class Bounded extends HttpServletRequestWrapper {
        private final long most;
        private final BodyPace pace;
        private @Nullable ServletInputStream stream;

        Bounded(HttpServletRequest request, long most, BodyPace pace) {
            super(request);
            this.most = most;
            this.pace = pace;
        }

        @Override
        public ServletInputStream getInputStream() throws IOException {
            var opened =
                    stream == null ? new BoundedBody(super.getInputStream(), most, pace, System::nanoTime) : stream;
            stream = opened;
            return opened;
        }

        @Override
        public BufferedReader getReader() throws IOException {
            var charset = getCharacterEncoding();
            return new BufferedReader(
                    new InputStreamReader(getInputStream(), charset == null ? StandardCharsets.UTF_8.name() : charset));
        }
    }
}
