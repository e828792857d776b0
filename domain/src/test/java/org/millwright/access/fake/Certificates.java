package org.millwright.access.fake;

/** Certificates for tests. */
public final class Certificates {
    /** Of "nightly", good from 2020 on for a hundred years, with a key on P-256 that nobody has. */
    public static final String NIGHTLY = """
            -----BEGIN CERTIFICATE-----
            MIIBPDCB46ADAgECAghS1fAaliIbNDAKBggqhkjOPQQDAzASMRAwDgYDVQQDEwdu
            aWdodGx5MCAXDTIwMDEwMTAwMDAwMFoYDzIxMTkxMjA4MDAwMDAwWjASMRAwDgYD
            VQQDEwduaWdodGx5MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+BeUlZ4AS0ms
            6sTorgRuNIph6KR1plbFjXT6JcUk7Z0bMlPtXDWKrXxli+C97paIId7YBLf6tRgc
            6d9XtESUqKMhMB8wHQYDVR0OBBYEFF+M37QoPvyBIcYDiMZKIhXWjjspMAoGCCqG
            SM49BAMDA0gAMEUCIA2GbYChewM3GjaBHO0S7ZLwGYxgQgxdOVxREGPgv9M2AiEA
            unIW+MKzdEFLdYrBWzFNLepoBeTjRiiKONinMj8vzU8=
            -----END CERTIFICATE-----
            """;

    private Certificates() {}
}
