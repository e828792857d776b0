package org.millwright.portal.shell;

import jakarta.inject.Inject;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.io.Serial;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrace;
import org.millwright.access.Permission;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.workspace.WorkspaceName;
import org.millwright.workspace.app.Workspaces;

/**
 * Says which workspace a page is about: the one in its address, else the one that the reader chose last, else the main one, or
 * the first that they hold a role in. Forms say in their address which one they were shown for, so a press of a button means
 * that one, whatever was chosen in another tab since.
 */
public class WorkspaceFilter extends HttpFilter {
    @Serial
    private static final long serialVersionUID = 1L;

    static final String PARAMETER = "workspace";
    private static final String COOKIE = "millwright_workspace";
    private static final int A_YEAR = 365 * 24 * 60 * 60;

    @Inject
    transient CurrentCaller caller;

    @Inject
    transient Workspaces workspaces;

    @Override
    protected void doFilter(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        if (!caller.isSignedIn() || !isPage(request)) {
            chain.doFilter(request, response);
            return;
        }
        var asked = asked(request);
        if (asked == null) {
            caller.about(usual(request));
        } else {
            try {
                var workspace = new WorkspaceName(asked);
                require(workspace);
                caller.about(workspace);
            } catch (Refused refused) {
                AuditTrace.stopped(refused.problem());
                request.setAttribute(RefusalHandler.SENTENCE, refused.problem().sentence());
                response.sendError(RefusalHandler.status(refused.problem()));
                return;
            }
            if (request.getMethod().equals("GET") && request.getHeader("X-Millwright-Background") == null) {
                remember(request, response);
            }
        }
        chain.doFilter(request, new Tied(response, caller.workspace()));
    }

    /** The container itself finds the page that stands for the folder. */
    private static boolean isPage(HttpServletRequest request) {
        var path = request.getServletPath() + (request.getPathInfo() == null ? "" : request.getPathInfo());
        return path.isEmpty()
                || path.equals("/")
                || path.endsWith(".xhtml") && !path.startsWith("/jakarta.faces.resource/");
    }

    /** @throws Refused with Forbidden, or with NotFound for who may see every workspace */
    private void require(WorkspaceName workspace) {
        caller.get().requireSomewhereIn(Permission.WORKSPACE_READ, workspace);
        if (!workspace.equals(WorkspaceName.MAIN)) {
            workspaces.get(workspace);
        }
    }

    private WorkspaceName usual(HttpServletRequest request) {
        var ofRoles = caller.get().grants().stream()
                .map(grant -> grant.scope().workspace())
                .filter(Objects::nonNull)
                .sorted(Comparator.comparing(WorkspaceName::value));
        return Stream.of(chosen(request).stream(), Stream.of(WorkspaceName.MAIN), ofRoles)
                .flatMap(names -> names)
                .filter(this::isOpen)
                .findFirst()
                .orElse(WorkspaceName.MAIN);
    }

    private boolean isOpen(WorkspaceName workspace) {
        try {
            require(workspace);
            return true;
        } catch (Refused closedOrGone) {
            return false;
        }
    }

    private static Optional<WorkspaceName> chosen(HttpServletRequest request) {
        var cookies = request.getCookies();
        return cookies == null
                ? Optional.empty()
                : Arrays.stream(cookies)
                        .filter(cookie -> cookie.getName().equals(COOKIE))
                        .findFirst()
                        .flatMap(cookie -> parse(cookie.getValue()));
    }

    private static Optional<WorkspaceName> parse(String name) {
        try {
            return Optional.of(new WorkspaceName(name));
        } catch (Refused nonsense) {
            return Optional.empty();
        }
    }

    /** Read from the address alone: a form's fields are for Faces to decode. */
    private static @Nullable String asked(HttpServletRequest request) {
        var query = request.getQueryString();
        if (query == null) {
            return null;
        }
        for (var parameter : query.split("&")) {
            if (parameter.startsWith(PARAMETER + "=")) {
                try {
                    return URLDecoder.decode(parameter.substring(PARAMETER.length() + 1), StandardCharsets.UTF_8);
                } catch (IllegalArgumentException malformed) {
                    return "";
                }
            }
        }
        return null;
    }

    private void remember(HttpServletRequest request, HttpServletResponse response) {
        var cookie = new Cookie(COOKIE, caller.workspace().value());
        cookie.setPath(request.getContextPath().isEmpty() ? "/" : request.getContextPath());
        cookie.setHttpOnly(true);
        cookie.setSecure(true);
        cookie.setMaxAge(A_YEAR);
        cookie.setAttribute("SameSite", "Lax");
        response.addCookie(cookie);
    }

    /** Faces has it encode the addresses of forms. */
    private static final class Tied extends HttpServletResponseWrapper {
        private final WorkspaceName workspace;

        Tied(HttpServletResponse response, WorkspaceName workspace) {
            super(response);
            this.workspace = workspace;
        }

        @Override
        public String encodeURL(String url) {
            var encoded = super.encodeURL(url);
            return !encoded.contains(".xhtml")
                            || encoded.contains("/jakarta.faces.resource/")
                            || encoded.contains(PARAMETER + "=")
                    ? encoded
                    : encoded + (encoded.contains("?") ? "&" : "?") + PARAMETER + "=" + workspace;
        }
    }
}
