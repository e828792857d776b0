package org.millwright.adapter.kubernetes;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.NodeBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A node of a real cluster whose containers are processes of this machine: what a kubelet does for jobs, without images; see
 * {@link PodProcesses}.
 */
final class ProcessNode implements AutoCloseable {
    private static final int LEASE_SECONDS = 40;

    private final KubernetesClient client;
    private final String name;
    private final Path folder;
    private final HttpsServer logs;
    private final Map<String, PodProcesses> runs = new ConcurrentHashMap<>();
    private final SharedIndexInformer<Pod> pods;
    private volatile boolean closed;

    ProcessNode(KubernetesClient client, String name, Path folder) throws Exception {
        this.client = client;
        this.name = name;
        this.folder = Files.createDirectories(folder);
        logs = serveLogs();
        register();
        Thread.ofVirtual().start(this::renewLease);
        pods = client.pods().inAnyNamespace().withField("spec.nodeName", name).runnableInformer(0);
        pods.exceptionHandler((begun, failure) -> true);
        pods.addEventHandler(new ResourceEventHandler<>() {
            @Override
            public void onAdd(Pod pod) {
                seen(pod);
            }

            @Override
            public void onUpdate(Pod before, Pod pod) {
                seen(pod);
            }

            @Override
            public void onDelete(Pod pod, boolean unknown) {
                var run = runs.get(pod.getMetadata().getUid());
                if (run != null) {
                    run.kill();
                }
            }
        });
        pods.start();
    }

    private void register() {
        var now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
        var amounts = Map.of(
                "cpu", new Quantity("64"),
                "memory", new Quantity("64Gi"),
                "pods", new Quantity("500"),
                "nvidia.com/gpu", new Quantity("4"));
        var node = new NodeBuilder()
                .withNewMetadata()
                .withName(name)
                .withLabels(Map.of("kubernetes.io/hostname", name))
                .endMetadata()
                .withNewStatus()
                .withCapacity(amounts)
                .withAllocatable(amounts)
                .addNewAddress("127.0.0.1", "InternalIP")
                .withNewDaemonEndpoints()
                .withNewKubeletEndpoint(logs.getAddress().getPort())
                .endDaemonEndpoints()
                .addNewCondition()
                .withType("Ready")
                .withStatus("True")
                .withReason("KubeletReady")
                .withLastHeartbeatTime(now)
                .withLastTransitionTime(now)
                .endCondition()
                .endStatus()
                .build();
        client.nodes().resource(node).create();
        client.nodes().withName(name).editStatus(current -> new NodeBuilder(current)
                .withStatus(node.getStatus())
                .build());
    }

    private void renewLease() {
        while (!closed) {
            try {
                var lease = new LeaseBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace("kube-node-lease")
                        .endMetadata()
                        .withNewSpec()
                        .withHolderIdentity(name)
                        .withLeaseDurationSeconds(LEASE_SECONDS)
                        .withRenewTime(ZonedDateTime.now(ZoneOffset.UTC))
                        .endSpec()
                        .build();
                client.leases().resource(lease).createOr(NonDeletingOperation::update);
                Thread.sleep(LEASE_SECONDS * 1000L / 4);
            } catch (KubernetesClientException away) {
                PodProcesses.pause();
            } catch (InterruptedException over) {
                return;
            }
        }
    }

    /** The working folder of the command in a pod of the namespace. */
    Path work(String namespace) {
        return runs.values().stream()
                .filter(run -> run.namespace().equals(namespace))
                .map(PodProcesses::work)
                .findFirst()
                .orElseThrow();
    }

    /** In how many pods of the namespace the container was ever started. */
    long starts(String namespace, String container) {
        return runs.values().stream()
                .filter(run -> run.namespace().equals(namespace) && run.output(container) != null)
                .count();
    }

    private void seen(Pod pod) {
        if (closed) {
            return;
        }
        var uid = pod.getMetadata().getUid();
        if (pod.getMetadata().getDeletionTimestamp() == null) {
            runs.computeIfAbsent(uid, fresh -> PodProcesses.start(client, pod, folder.resolve(fresh)));
            return;
        }
        var run = runs.get(uid);
        if (run == null) {
            PodProcesses.forget(client, pod);
        } else {
            run.end(pod.getMetadata().getDeletionGracePeriodSeconds());
        }
    }

    @Override
    public void close() {
        closed = true;
        runs.values().forEach(PodProcesses::abandon);
        pods.stop();
        logs.stop(0);
    }

    private HttpsServer serveLogs() throws Exception {
        var store = folder.resolve("node.p12");
        var password = "password";
        var keytool = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        var made = new ProcessBuilder(
                        (keytool + " -genkeypair -keyalg EC -alias node -dname CN=node -validity 30 -storetype PKCS12"
                                        + " -storepass " + password + " -keystore " + store)
                                .split(" "))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start()
                .waitFor();
        if (made != 0) {
            throw new IOException("keytool made no certificate");
        }
        var keys = KeyStore.getInstance("PKCS12");
        try (var in = Files.newInputStream(store)) {
            keys.load(in, password.toCharArray());
        }
        var managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password.toCharArray());
        var tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        var server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/containerLogs/", this::answerLog);
        server.start();
        return server;
    }

    private void answerLog(HttpExchange exchange) throws IOException {
        var path = exchange.getRequestURI().getPath().split("/");
        var query = new TreeMap<String, String>();
        for (var pair : String.valueOf(exchange.getRequestURI().getQuery()).split("&")) {
            var equals = pair.indexOf('=');
            if (equals > 0) {
                query.put(pair.substring(0, equals), pair.substring(equals + 1));
            }
        }
        var output = runs.values().stream()
                .filter(run -> run.name().equals(path[3]))
                .findFirst()
                .map(run -> run.output(path[4]));
        try (exchange) {
            if (output.isEmpty()) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.sendResponseHeaders(200, 0);
            var since = query.containsKey("sinceTime") ? Instant.parse(query.get("sinceTime")) : Instant.MIN;
            var follow = "true".equals(query.get("follow"));
            try (var body = exchange.getResponseBody()) {
                byte[] line;
                for (var number = 0; (line = output.get().line(number, since, follow)) != null; number++) {
                    body.write(line);
                    body.flush();
                }
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }
}
