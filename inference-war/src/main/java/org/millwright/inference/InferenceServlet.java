package org.millwright.inference;

import static java.lang.System.Logger.Level.WARNING;

import com.fasterxml.jackson.databind.ObjectMapper;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.Serial;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.millwright.engine.ModelRunFailed;
import org.millwright.engine.Tensor;

/**
 * Azure ML's wire for online endpoints.
 *
 * <pre>
 * POST /{workspace}/{endpoint}/score          answers for the rows in the body, see {@link ScoreBody}, {@link ScoreAnswer}
 * GET  /{workspace}/{endpoint}/swagger.json   what the endpoint takes and gives
 * GET  /                                      "Healthy", open to all
 * GET  /health/live, /health/ready            for probes, open to all
 * </pre>
 *
 * An endpoint is opened by {@code Authorization: Bearer KEY}. Without a valid key the answer is 401 whether the endpoint
 * exists or not, so its name cannot be guessed; for the same reason 404 is said only to those who hold a key of the
 * endpoint. Errors are {@code {"error": {"code", "message"}}}.
 *
 * <p>A servlet and not a JAX-RS resource, because a request costs little more than the container itself: JAX-RS costs
 * several times what the model does.
 */
public class InferenceServlet extends HttpServlet {
    @Serial
    private static final long serialVersionUID = 1L;

    private static final System.Logger LOG = System.getLogger(InferenceServlet.class.getName());
    private static final String JSON = "application/json";
    private static final String DEPLOYMENT = "azureml-model-deployment";
    private static final String REQUEST_ID = "x-request-id";
    private static final String CLIENT_REQUEST_ID = "x-ms-client-request-id";
    private static final int LONGEST_REQUEST_ID = 100;
    private static final byte[] HEALTHY = "Healthy".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UP = "{\"status\":\"UP\"}".getBytes(StandardCharsets.US_ASCII);

    private final transient ServedEndpoints endpoints;
    private final transient Deadlines deadlines;
    private final transient RandomGenerator random;

    InferenceServlet(ServedEndpoints endpoints, Deadlines deadlines, RandomGenerator random) {
        this.endpoints = endpoints;
        this.deadlines = deadlines;
        this.random = random;
    }

    @Override
    protected void service(HttpServletRequest request, HttpServletResponse response) throws IOException {
        try {
            name(request, response);
            if (request.getDispatcherType() == DispatcherType.ERROR) {
                throw refusedByContainer(request);
            }
            route(request, response);
        } catch (Refusal refusal) {
            refuse(response, refusal);
        } catch (IOException clientWentAway) {
            throw clientWentAway;
        } catch (RuntimeException defect) {
            LOG.log(WARNING, "A request failed by a defect of this server", defect);
            refuse(response, new Refusal(500, "InternalError", "The server failed; its log says why"));
        }
    }

    /** The container refuses what it cannot read, such as a path that is not properly encoded; its own page would show its insides. */
    private static Refusal refusedByContainer(HttpServletRequest request) {
        var status = request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer code ? code : 404;
        return status < 500
                ? new Refusal(status, "BadRequest", "The address or a header of the request cannot be understood")
                : new Refusal(status, "InternalError", "The server failed; its log says why");
    }

    /** Gives the request the names by which its sender and we will find it again. */
    private void name(HttpServletRequest request, HttpServletResponse response) {
        var given = requestId(request, REQUEST_ID);
        var clients = requestId(request, CLIENT_REQUEST_ID);
        var id = given == null ? new UUID(random.nextLong(), random.nextLong()).toString() : given;
        response.setHeader(REQUEST_ID, id);
        response.setHeader("x-ms-request-id", clients == null ? id : clients);
        if (clients != null) {
            response.setHeader(CLIENT_REQUEST_ID, clients);
        }
        response.setHeader("x-ms-run-function-failed", "False");
        response.setHeader("X-Content-Type-Options", "nosniff");
    }

    private static @Nullable String requestId(HttpServletRequest request, String header) {
        var id = request.getHeader(header);
        if (id != null && id.length() > LONGEST_REQUEST_ID) {
            throw new Refusal(
                    431, "HeaderTooLarge", "%s is longer than %d characters".formatted(header, LONGEST_REQUEST_ID));
        }
        return id;
    }

    private void route(HttpServletRequest request, HttpServletResponse response) throws IOException {
        var path = request.getPathInfo() == null ? "/" : request.getPathInfo();
        switch (path) {
            case "/" -> {
                require(request, response, "GET", "HEAD");
                send(response, 200, "text/plain", HEALTHY);
            }
            case "/health/live" -> {
                require(request, response, "GET", "HEAD");
                send(response, 200, JSON, UP);
            }
            case "/health/ready" -> {
                require(request, response, "GET", "HEAD");
                requireReady(response);
                send(response, 200, JSON, UP);
            }
            default -> routeToEndpoint(path, request, response);
        }
    }

    private void routeToEndpoint(String path, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var workspaceEnd = path.indexOf('/', 1);
        var endpointEnd = workspaceEnd < 0 ? -1 : path.indexOf('/', workspaceEnd + 1);
        var action = endpointEnd < 0 ? "" : path.substring(endpointEnd);
        switch (action) {
            case "/score" -> {
                require(request, response, "POST");
                var endpoint = open(
                        request,
                        response,
                        path.substring(1, workspaceEnd),
                        path.substring(workspaceEnd + 1, endpointEnd));
                score(endpoint, request, response);
            }
            case "/swagger.json" -> {
                require(request, response, "GET", "HEAD");
                var endpoint = open(
                        request,
                        response,
                        path.substring(1, workspaceEnd),
                        path.substring(workspaceEnd + 1, endpointEnd));
                describe(endpoint, request, response);
            }
            default ->
                throw new Refusal(
                        404,
                        "NotFound",
                        "There is nothing here; score by POST /endpoints/{workspace}/{endpoint}/score");
        }
    }

    private static void require(HttpServletRequest request, HttpServletResponse response, String... methods) {
        var method = request.getMethod();
        for (var allowed : methods) {
            if (allowed.equals(method)) {
                return;
            }
        }
        response.setHeader("Allow", String.join(", ", methods));
        throw new Refusal(405, "MethodNotAllowed", "%s is not possible here, %s is".formatted(method, methods[0]));
    }

    private void requireReady(HttpServletResponse response) {
        if (!endpoints.isReady()) {
            response.setHeader("Retry-After", "1");
            throw new Refusal(503, "Starting", "The server is starting and has not loaded its models yet");
        }
    }

    private ServedEndpoint open(
            HttpServletRequest request, HttpServletResponse response, String workspace, String name) {
        var authorization = request.getHeader("Authorization");
        var key = authorization != null && authorization.regionMatches(true, 0, "Bearer ", 0, 7)
                ? authorization.substring(7).strip()
                : "";
        var endpoint = endpoints.find(workspace, name);
        var opens = endpoint.map(ServedEndpoint::keys).orElse(KeyRing.NOBODY).opensWith(key);
        if (endpoint.isPresent() && opens) {
            return endpoint.get();
        }
        requireReady(response);
        response.setHeader("WWW-Authenticate", "Bearer");
        throw new Refusal(
                401,
                "Unauthorized",
                key.isEmpty()
                        ? "Send a key of the endpoint as 'Authorization: Bearer <key>'"
                        : "The key is not valid for this endpoint, or there is no such endpoint");
    }

    private void describe(ServedEndpoint endpoint, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var named = request.getHeader(DEPLOYMENT);
        var name = named == null
                ? endpoint.traffic()
                        .largest()
                        .or(() -> endpoint.serving().keySet().stream().sorted().findFirst())
                : Optional.of(named);
        var deployment = deployment(endpoint, name.orElseThrow(InferenceServlet::noTraffic));
        var url = request.getRequestURL();
        var server = url.substring(0, url.length() - "/swagger.json".length());
        send(response, 200, JSON, Swagger.write(endpoint.manifest(), deployment, server));
    }

    private static ServedDeployment deployment(ServedEndpoint endpoint, String name) {
        var deployment = endpoint.serving().get(name);
        if (deployment != null) {
            return deployment;
        }
        var failure = endpoint.failures().get(name);
        throw failure == null
                ? new Refusal(404, "DeploymentNotFound", "The endpoint has no deployment '%s'".formatted(name))
                : new Refusal(
                        424,
                        "DeploymentFailed",
                        "The deployment '%s' could not be started: %s".formatted(name, failure.reason()));
    }

    private static Refusal noTraffic() {
        return new Refusal(
                404,
                "NoTraffic",
                "No deployment of this endpoint gets traffic; give one a share, or name one in the header "
                        + DEPLOYMENT);
    }

    private void score(ServedEndpoint endpoint, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var deployment = take(endpoint, request);
        try {
            response.setHeader(DEPLOYMENT, deployment.settings().name());
            requireJson(request);
            if (!deployment.slots().tryAcquire()) {
                response.setHeader("Retry-After", "1");
                throw new Refusal(
                        429,
                        "TooManyRequests",
                        "The deployment answers %d requests at once, and all of them are taken; try again shortly"
                                .formatted(deployment.settings().maxConcurrentRequests()));
            }
            try {
                answer(deployment, request, response);
            } finally {
                deployment.slots().release();
            }
        } finally {
            deployment.model().release();
        }
    }

    /** Chooses the deployment and holds its model; if it is being replaced just now, its successor. */
    private ServedDeployment take(ServedEndpoint opened, HttpServletRequest request) {
        var named = request.getHeader(DEPLOYMENT);
        var endpoint = opened;
        while (true) {
            var name = named == null || named.isBlank()
                    ? endpoint.traffic().pick(random).orElseThrow(InferenceServlet::noTraffic)
                    : named;
            var deployment = deployment(endpoint, name);
            if (deployment.model().take()) {
                return deployment;
            }
            var manifest = opened.manifest();
            endpoint = endpoints
                    .find(manifest.workspace(), manifest.endpoint())
                    .orElseThrow(() -> new Refusal(404, "NotFound", "The endpoint has just been deleted"));
        }
    }

    private static void requireJson(HttpServletRequest request) {
        var type = request.getContentType();
        if (type != null) {
            var media = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
            if (!media.isEmpty() && !media.equals(JSON) && !media.endsWith("+json")) {
                throw new Refusal(
                        415, "UnsupportedMediaType", "Send the body as 'Content-Type: application/json', not " + media);
            }
        }
        var encoding = request.getHeader("Content-Encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            throw new Refusal(415, "UnsupportedMediaType", "Send the body without Content-Encoding");
        }
    }

    private void answer(ServedDeployment deployment, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        var settings = deployment.settings();
        if (request.getContentLengthLong() > settings.maxRequestBytes()) {
            throw LimitedBody.tooLarge(settings.maxRequestBytes());
        }
        var due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.requestTimeoutMillis());
        try (var arena = Arena.ofConfined()) {
            var body = new LimitedBody(request.getInputStream(), settings.maxRequestBytes());
            var inputs = ScoreBody.read(body, deployment.inputs(), arena);
            if (System.nanoTime() - due >= 0) {
                throw timedOut(settings.requestTimeoutMillis());
            }
            var begin = System.nanoTime();
            var outputs = run(deployment, inputs, due, response);
            response.setHeader("x-ms-run-fn-exec-ms", millis(System.nanoTime() - begin));
            send(response, 200, JSON, ScoreAnswer.write(deployment.outputs(), outputs));
        }
    }

    private List<Tensor> run(ServedDeployment deployment, List<Tensor> inputs, long due, HttpServletResponse response) {
        try (var run = deployment.model().model().newRun();
                var _ = deadlines.watch(run, due)) {
            return run.run(inputs);
        } catch (ModelRunFailed failed) {
            if (failed.stopped()) {
                throw timedOut(deployment.settings().requestTimeoutMillis());
            }
            response.setHeader("x-ms-run-function-failed", "True");
            response.setHeader("ms-azureml-model-error-statuscode", "500");
            response.setHeader("ms-azureml-model-error-reason", "model_error");
            throw new Refusal(424, "ModelError", "The model failed on this input: " + failed.getMessage());
        }
    }

    private static Refusal timedOut(long millis) {
        return new Refusal(
                408, "RequestTimeout", "It took longer than the %d ms that the deployment allows".formatted(millis));
    }

    /** Milliseconds with three decimals, without the cost of a formatter. */
    private static String millis(long nanos) {
        var micros = nanos / 1000;
        var decimals = Long.toString(micros % 1000 + 1000);
        return micros / 1000 + "." + decimals.substring(1);
    }

    private static void refuse(HttpServletResponse response, Refusal refusal) throws IOException {
        if (response.isCommitted()) {
            return;
        }
        send(response, refusal.status(), JSON, ErrorBody.write(refusal));
    }

    private static void send(HttpServletResponse response, int status, String type, byte[] body) throws IOException {
        response.setStatus(status);
        response.setContentType(type);
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }

    /** {@code {"error": {"code", "message"}}}, as Azure's services write it. */
    private record ErrorBody(Map<String, String> error) {
        private static final ObjectMapper MAPPER = new ObjectMapper();

        static byte[] write(Refusal refusal) throws IOException {
            var error = new LinkedHashMap<String, String>();
            error.put("code", refusal.code());
            error.put("message", refusal.words());
            return MAPPER.writeValueAsBytes(new ErrorBody(error));
        }
    }
}
