package org.millwright.adapter.kubernetes;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPairGenerator;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * A real control plane on this machine: etcd, kube-apiserver, kube-controller-manager and kube-scheduler, from the folder that
 * {@code MILLWRIGHT_TEST_KUBERNETES} names, or {@code ~/.cache/millwright-test/kubernetes}. docs/kubernetes.md says how to get
 * them. Tests that need them are skipped where they are not.
 */
final class ControlPlane implements AutoCloseable {
    static final String ADMIN = "of-the-admin";
    static final String SERVER = "of-the-server";
    static final String STRANGER = "of-a-stranger";

    private static final List<String> PROGRAMS =
            List.of("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler");
    private static final long PATIENCE_SECONDS = 120;

    private final Path programs;
    private final Path folder;
    private final int etcdPort = freePort();
    private final int peerPort = freePort();
    private final int port = freePort();
    private final List<Process> others = new ArrayList<>();
    private Process server;

    private ControlPlane(Path programs, Path folder) throws IOException {
        this.programs = programs;
        this.folder = folder;
    }

    /** Skips the test when the programs are not there. */
    static ControlPlane startOrSkip(Path folder) throws Exception {
        var named = System.getenv("MILLWRIGHT_TEST_KUBERNETES");
        var programs = named == null
                ? Path.of(System.getProperty("user.home"), ".cache", "millwright-test", "kubernetes")
                : Path.of(named);
        Assumptions.assumeTrue(
                PROGRAMS.stream().allMatch(name -> Files.isExecutable(programs.resolve(name))),
                "%s lacks one of %s; docs/kubernetes.md says how to get them".formatted(programs, PROGRAMS));
        var plane = new ControlPlane(programs, folder);
        Runtime.getRuntime().addShutdownHook(new Thread(plane::close));
        try {
            plane.start();
        } catch (Exception failed) {
            plane.close();
            throw failed;
        }
        return plane;
    }

    private void start() throws Exception {
        Files.createDirectories(folder);
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        var key = Base64.getMimeEncoder(64, new byte[] {'\n'})
                .encodeToString(generator.generateKeyPair().getPrivate().getEncoded());
        Files.writeString(
                folder.resolve("sa.key"), "-----BEGIN PRIVATE KEY-----\n" + key + "\n-----END PRIVATE KEY-----\n");
        Files.writeString(folder.resolve("tokens.csv"), """
                %s,admin,1,"system:masters"
                %s,millwright,2,
                %s,stranger,3,
                """.formatted(ADMIN, SERVER, STRANGER));
        others.add(launch(
                "etcd",
                "--data-dir=" + folder.resolve("etcd-data"),
                "--listen-client-urls=http://127.0.0.1:" + etcdPort,
                "--advertise-client-urls=http://127.0.0.1:" + etcdPort,
                "--listen-peer-urls=http://127.0.0.1:" + peerPort,
                "--unsafe-no-fsync"));
        startServer();
        awaitReady();
        Files.writeString(folder.resolve("kubeconfig"), kubeConfig(ADMIN));
        startComponent("kube-controller-manager", "--service-account-private-key-file=" + folder.resolve("sa.key"));
        startComponent("kube-scheduler");
    }

    private void startComponent(String name, String... further) throws IOException {
        var kubeconfig = folder.resolve("kubeconfig");
        var arguments = new ArrayList<>(List.of(
                "--kubeconfig=" + kubeconfig,
                "--authentication-kubeconfig=" + kubeconfig,
                "--authorization-kubeconfig=" + kubeconfig,
                "--bind-address=127.0.0.1",
                "--secure-port=" + freePort(),
                "--leader-elect=false"));
        arguments.addAll(List.of(further));
        others.add(launch(name, arguments.toArray(String[]::new)));
    }

    private void startServer() throws IOException {
        server = launch(
                "kube-apiserver",
                "--etcd-servers=http://127.0.0.1:" + etcdPort,
                "--bind-address=127.0.0.1",
                "--secure-port=" + port,
                "--cert-dir=" + folder.resolve("certificates"),
                "--service-account-key-file=" + folder.resolve("sa.key"),
                "--service-account-signing-key-file=" + folder.resolve("sa.key"),
                "--service-account-issuer=https://kubernetes.default.svc",
                "--service-cluster-ip-range=10.96.0.0/16",
                "--authorization-mode=RBAC",
                "--token-auth-file=" + folder.resolve("tokens.csv"),
                "--kubelet-preferred-address-types=InternalIP",
                "--disable-admission-plugins=ServiceAccount");
    }

    private Process launch(String name, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(programs.resolve(name).toString());
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(name + ".log").toFile()))
                .start();
    }

    private void awaitReady() throws Exception {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (true) {
            try (var client = client(ADMIN)) {
                // The server makes it itself, a moment after it answers.
                if (client.namespaces().withName("default").get() != null) {
                    return;
                }
            } catch (RuntimeException | IOException notYet) {
                if (System.nanoTime() > deadline) {
                    throw notYet;
                }
            }
            Thread.sleep(200);
        }
    }

    /** Ends the API server as a failing machine does. */
    void killServer() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    void restartServer() throws Exception {
        startServer();
        awaitReady();
    }

    String address() {
        return "https://127.0.0.1:" + port;
    }

    String authority() throws IOException {
        return Files.readString(folder.resolve("certificates").resolve("apiserver.crt"));
    }

    String kubeConfig(String token) throws IOException {
        return """
                apiVersion: v1
                kind: Config
                current-context: test
                contexts: [{name: test, context: {cluster: test, user: test}}]
                clusters:
                - name: test
                  cluster: {server: "%s", certificate-authority-data: %s}
                users: [{name: test, user: {token: %s}}]
                """.formatted(address(), encoded(authority()), token);
    }

    KubernetesClient client(String token) throws IOException {
        var config = new ConfigBuilder(Config.empty())
                .withMasterUrl(address())
                .withCaCertData(encoded(authority()))
                .withOauthToken(token)
                .withRequestTimeout(10_000)
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientFactory(new JdkHttpClientFactory())
                .build();
    }

    private static String encoded(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
    }

    static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    @Override
    public void close() {
        Stream.concat(others.reversed().stream(), Stream.ofNullable(server)).forEach(process -> {
            process.destroyForcibly();
            process.onExit().join();
        });
    }
}
