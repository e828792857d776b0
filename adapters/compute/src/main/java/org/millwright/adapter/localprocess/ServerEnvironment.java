package org.millwright.adapter.localprocess;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * What of the server's own environment others get to see. Everything else stays with the server: its database password
 * and its keys are in there.
 */
record ServerEnvironment(Map<String, String> variables) {
    /** Where programs, homes and temporary files are, the language, and the way through a company's proxy. */
    private static final Set<String> FOR_JOBS = Set.of(
            "PATH",
            "HOME",
            "USER",
            "LOGNAME",
            "LANG",
            "LANGUAGE",
            "TZ",
            "TMPDIR",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
            "NO_PROXY",
            "http_proxy",
            "https_proxy",
            "all_proxy",
            "no_proxy",
            "SSL_CERT_FILE",
            "SSL_CERT_DIR",
            "REQUESTS_CA_BUNDLE",
            "CURL_CA_BUNDLE");

    private static final String USUAL_PATH = "/usr/local/bin:/usr/bin:/bin";

    ServerEnvironment {
        variables = Map.copyOf(variables);
    }

    /** For the process of a job. */
    Map<String, String> forJobs() {
        return only(false);
    }

    /** For building an environment: package indexes and caches as well. */
    Map<String, String> forBuilds() {
        var allowed = only(true);
        // uv does not read pip's settings, but who has named an index for one means both.
        copy(allowed, "PIP_INDEX_URL", "UV_DEFAULT_INDEX");
        copy(allowed, "PIP_EXTRA_INDEX_URL", "UV_INDEX");
        copy(allowed, "PIP_FIND_LINKS", "UV_FIND_LINKS");
        return allowed;
    }

    private static void copy(Map<String, String> variables, String from, String to) {
        var value = variables.get(from);
        if (value != null) {
            variables.putIfAbsent(to, value);
        }
    }

    private Map<String, String> only(boolean building) {
        var allowed = new HashMap<String, String>();
        variables.forEach((name, value) -> {
            if (FOR_JOBS.contains(name)
                    || name.startsWith("LC_")
                    || building && (name.startsWith("PIP_") || name.startsWith("UV_"))) {
                allowed.put(name, value);
            }
        });
        allowed.putIfAbsent("PATH", USUAL_PATH);
        return allowed;
    }
}
