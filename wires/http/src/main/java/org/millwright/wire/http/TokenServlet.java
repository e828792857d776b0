package org.millwright.wire.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.inject.Inject;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrace;
import org.millwright.access.Confinement;
import org.millwright.access.app.AttemptGuard;
import org.millwright.access.app.Credentials;
import org.millwright.access.app.TokenGrants;
import org.millwright.access.model.TokenScope;
import org.millwright.shared.Problem;
import org.millwright.shared.Refused;
import org.millwright.shared.ServerSettings;

/**
 * The token endpoint of OAuth 2.0 (RFC 6749) for service principals: {@code client_credentials} with a secret, in the header
 * or the form, or with an assertion (RFC 7523), and the exchange of a token of somebody whom the service trusts (RFC 8693).
 * It answers an access token, and never one to renew it: whoever proves themselves again gets another.
 */
public class TokenServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final String JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    private static final String TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
    private static final String ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token";
    private static final List<String> SIGNED_TOKENS =
            List.of("urn:ietf:params:oauth:token-type:jwt", "urn:ietf:params:oauth:token-type:id_token", ACCESS_TOKEN);
    private static final int LONGEST_TOLD = 100;
    private static final JsonMapper JSON = new JsonMapper();

    @Inject
    transient TokenGrants grants;

    @Inject
    transient AttemptGuard attempts;

    @Inject
    transient ServerSettings settings;

    @Inject
    transient Clock clock;

    /** What RFC 6749 calls what is wrong. */
    private static final class Wrong extends RuntimeException {
        @Serial
        private static final long serialVersionUID = 1L;

        private final String code;
        private final String sentence;

        Wrong(String code, String sentence) {
            super(sentence, null, false, false);
            this.code = code;
            this.sentence = sentence;
        }
    }

    /** Who asks, and how they prove it. */
    private record Client(
            @Nullable String id,
            @Nullable String secret,
            @Nullable String assertion) {
        String name() {
            return id == null ? "" : id;
        }
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        response.setHeader("Cache-Control", "no-store");
        var tried = "";
        try {
            requireForm(request);
            var client = client(request);
            tried = client.name();
            grant(request, response, client);
        } catch (Wrong wrong) {
            refuse(response, 400, wrong.code, wrong.sentence);
        } catch (Refused refused) {
            tell(refused, tried);
            refuse(request, response, attempts.judge(refused, request.getRemoteAddr(), tried));
        }
    }

    /** The audit trail learns who failed to prove themselves; nobody is signed in here. */
    private static void tell(Refused refused, String tried) {
        var who = tried.length() <= LONGEST_TOLD ? tried : tried.substring(0, LONGEST_TOLD) + "…";
        AuditTrace.stopped(
                refused.problem() instanceof Problem.Unauthenticated
                        ? new Problem.Unauthenticated(
                                "%s (client '%s')".formatted(refused.problem().sentence(), who))
                        : refused.problem());
    }

    private void grant(HttpServletRequest request, HttpServletResponse response, Client client) throws IOException {
        var type = needed(request, "grant_type");
        switch (type) {
            case "client_credentials" -> {
                var scope = scope(request);
                answer(response, scope, null, forItself(client, scope));
            }
            case TOKEN_EXCHANGE -> {
                var scope = scope(request);
                answer(response, scope, ACCESS_TOKEN, forExchange(request, client, scope));
            }
            default ->
                throw new Wrong(
                        "unsupported_grant_type",
                        "'%s' is not offered: client_credentials and %s are".formatted(type, TOKEN_EXCHANGE));
        }
    }

    private Credentials.Issued forItself(Client client, Confinement scope) {
        if (client.assertion != null) {
            return grants.forAssertion(client.id, client.assertion, TokenGrants.addresses(settings.publicUrl()), scope);
        }
        if (client.id == null || client.secret == null) {
            throw new Refused(
                    new Problem.Unauthenticated("A client id with its secret is needed, or a client_assertion"));
        }
        return grants.forSecret(client.id, client.secret, scope);
    }

    private Credentials.Issued forExchange(HttpServletRequest request, Client client, Confinement scope) {
        if (client.id == null) {
            throw new Wrong(
                    "invalid_request", "client_id is needed: the service principal that the token is exchanged for");
        }
        if (client.secret != null || client.assertion != null) {
            throw new Wrong(
                    "invalid_request", "The subject_token proves who asks; send no secret and no client_assertion");
        }
        if (!SIGNED_TOKENS.contains(needed(request, "subject_token_type"))) {
            throw new Wrong(
                    "invalid_request", "subject_token_type has to be one of " + String.join(", ", SIGNED_TOKENS));
        }
        for (var unknown : List.of("actor_token", "resource")) {
            if (given(request, unknown) != null) {
                throw new Wrong("invalid_request", unknown + " is not offered");
            }
        }
        var wanted = given(request, "requested_token_type");
        if (wanted != null && !wanted.equals(ACCESS_TOKEN)) {
            throw new Wrong("invalid_request", "requested_token_type has to be " + ACCESS_TOKEN);
        }
        return grants.forForeignToken(client.id, needed(request, "subject_token"), scope);
    }

    private static Confinement scope(HttpServletRequest request) {
        var text = given(request, "scope");
        try {
            return TokenScope.of(
                    text == null ? List.of() : Arrays.asList(text.strip().split(" +")));
        } catch (Refused unknown) {
            throw new Wrong("invalid_scope", unknown.problem().sentence());
        }
    }

    private static Client client(HttpServletRequest request) {
        var id = given(request, "client_id");
        var secret = given(request, "client_secret");
        var assertion = given(request, "client_assertion");
        var header = request.getHeader("Authorization");
        if (header != null) {
            var basic = basic(header);
            if (secret != null || assertion != null || id != null && !id.equals(basic.id)) {
                throw new Wrong("invalid_request", "Prove who you are in one way, in the header or in the form");
            }
            return basic;
        }
        if (assertion != null) {
            if (secret != null) {
                throw new Wrong("invalid_request", "Prove who you are in one way: by secret or by assertion");
            }
            if (!JWT_BEARER.equals(needed(request, "client_assertion_type"))) {
                throw new Wrong("invalid_request", "client_assertion_type has to be " + JWT_BEARER);
            }
        }
        return new Client(id, secret, assertion);
    }

    /** RFC 6749, section 2.3.1: both halves are encoded as in a form. */
    private static Client basic(String header) {
        if (header.regionMatches(true, 0, "Basic ", 0, 6)) {
            try {
                var pair = new String(
                        Base64.getDecoder().decode(header.substring(6).strip()), StandardCharsets.UTF_8);
                var colon = pair.indexOf(':');
                if (colon > 0) {
                    return new Client(decoded(pair.substring(0, colon)), decoded(pair.substring(colon + 1)), null);
                }
            } catch (IllegalArgumentException notEncoded) {
                // The message below says what is wanted.
            }
        }
        throw new Wrong("invalid_request", "The header Authorization has to be Basic, with client id and secret");
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static void requireForm(HttpServletRequest request) {
        var type = request.getContentType();
        if (type == null || !type.toLowerCase(Locale.ROOT).strip().startsWith("application/x-www-form-urlencoded")) {
            throw new Wrong("invalid_request", "The body has to be a form: application/x-www-form-urlencoded");
        }
        if (request.getQueryString() != null) {
            throw new Wrong("invalid_request", "Parameters belong in the body, not in the address, which others log");
        }
    }

    private static String needed(HttpServletRequest request, String name) {
        var value = given(request, name);
        if (value == null) {
            throw new Wrong("invalid_request", name + " is needed");
        }
        return value;
    }

    /** RFC 6749, section 3.2: without a value it counts as left out, and twice is an error. */
    private static @Nullable String given(HttpServletRequest request, String name) {
        var values = request.getParameterValues(name);
        if (values != null && values.length > 1) {
            throw new Wrong("invalid_request", name + " was sent more than once");
        }
        return values == null || values[0].isEmpty() ? null : values[0];
    }

    private void answer(
            HttpServletResponse response, Confinement scope, @Nullable String type, Credentials.Issued issued)
            throws IOException {
        var expiresAt = issued.credential().expiresAt();
        var body = new LinkedHashMap<String, Object>();
        body.put("access_token", issued.secret());
        if (type != null) {
            body.put("issued_token_type", type);
        }
        body.put("token_type", "Bearer");
        if (expiresAt != null) {
            body.put("expires_in", Duration.between(clock.instant(), expiresAt).toSeconds());
        }
        var words = TokenScope.words(scope);
        if (!words.isEmpty()) {
            body.put("scope", String.join(" ", words));
        }
        write(response, 200, body);
    }

    private static void refuse(HttpServletRequest request, HttpServletResponse response, Refused refused)
            throws IOException {
        var sentence = refused.problem().sentence();
        switch (refused.problem()) {
            case Problem.TooManyAttempts(var seconds) -> {
                response.setHeader("Retry-After", Long.toString(seconds));
                refuse(response, 429, "temporarily_unavailable", sentence);
            }
            case Problem.Unauthenticated _ -> {
                // RFC 8693, section 2.2.2: a token that is not taken in exchange is an invalid request.
                var exchange = TOKEN_EXCHANGE.equals(request.getParameter("grant_type"));
                refuse(response, exchange ? 400 : 401, exchange ? "invalid_request" : "invalid_client", sentence);
            }
            default -> refuse(response, 400, "invalid_request", sentence);
        }
    }

    private static void refuse(HttpServletResponse response, int status, String code, String sentence)
            throws IOException {
        if (status == 401) {
            response.setHeader("WWW-Authenticate", "Basic realm=\"Millwright\"");
        }
        var body = new LinkedHashMap<String, Object>();
        body.put("error", code);
        body.put("error_description", Challenge.described(sentence));
        write(response, status, body);
    }

    private static void write(HttpServletResponse response, int status, Map<String, Object> body) throws IOException {
        response.setStatus(status);
        response.setContentType("application/json");
        response.getOutputStream().write(JSON.writeValueAsBytes(body));
    }
}
