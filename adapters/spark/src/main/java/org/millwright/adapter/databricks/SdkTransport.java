package org.millwright.adapter.databricks;

import com.databricks.sdk.core.http.HttpClient;
import com.databricks.sdk.core.http.Request;
import com.databricks.sdk.core.http.Response;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.spark.ClusterHttp;

/** Carries the SDK's requests over our own way to clusters. */
final class SdkTransport implements HttpClient {
    private final ClusterHttp http;

    SdkTransport(ClusterHttp http) {
        this.http = http;
    }

    @Override
    public Response execute(Request request) throws IOException {
        var address = request.getUri();
        var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(request.getHeaders());
        headers.remove("Content-Length"); // the JDK's client writes its own
        var answer = http.send(request.getMethod(), address, headers, body(request));
        return new Response(
                request,
                address.toURL(),
                answer.status(),
                Integer.toString(answer.status()),
                answer.headers(),
                new ByteArrayInputStream(answer.body()));
    }

    private static byte @Nullable [] body(Request request) throws IOException {
        if (request.isBodyString()) {
            return request.getBodyString().getBytes(StandardCharsets.UTF_8);
        }
        if (request.isBodyStreaming()) {
            return request.getBodyStream().readAllBytes();
        }
        return null;
    }
}
