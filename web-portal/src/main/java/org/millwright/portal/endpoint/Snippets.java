package org.millwright.portal.endpoint;

/** What to type to get an answer from an endpoint. @param body the JSON of a request */
public record Snippets(String url, String body) {

    public String curl() {
        return """
                curl %s \\
                  --cacert "$MLFLOW_TRACKING_SERVER_CERT_PATH" \\
                  -H "Authorization: Bearer $ENDPOINT_KEY" \\
                  -H "Content-Type: application/json" \\
                  -d '%s'""".formatted(url, body.replace("'", "'\\''"));
    }

    public String python() {
        return """
                import os
                import requests

                answer = requests.post(
                    "%s",
                    headers={"Authorization": "Bearer " + os.environ["ENDPOINT_KEY"]},
                    json=%s,
                    verify=os.environ["MLFLOW_TRACKING_SERVER_CERT_PATH"],
                )
                answer.raise_for_status()
                print(answer.json())""".formatted(url, pythonLiteral(body));
    }

    /** JSON is Python but for three words. */
    private static String pythonLiteral(String json) {
        return json.replaceAll("\\btrue\\b", "True")
                .replaceAll("\\bfalse\\b", "False")
                .replaceAll("\\bnull\\b", "None");
    }
}
