package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Jobs are their owners' own code. One that turns against the server, its secrets and other jobs gets nothing of them. */
@ExtendWith(RunningServer.Provider.class)
class IsolationIT {
    private final RunningServer server;

    @TempDir
    Path folder;

    IsolationIT(RunningServer server) {
        this.server = server;
    }

    @Test
    void the_pool_says_what_isolates_its_jobs_and_why_not_more() throws Exception {
        var isolation = server.json("compute", "show", "local").get("isolation");

        assertThat(isolation.get("kind").asText()).isIn("sandbox", "user", "none", "refused");
        assertThat(isolation.get("summary").asText()).isNotBlank();
        if (!isolation.get("kind").asText().equals("sandbox")) {
            assertThat(isolation.get("obstacle").asText()).isNotBlank();
        }
        assertThat(server.command("compute", "show", "local").requireSuccess().output())
                .contains(isolation.get("summary").asText());
    }

    @Test
    void a_hostile_script_gets_nothing_and_leaves_nothing_running() throws Exception {
        var isolation = server.json("compute", "show", "local").get("isolation");
        assumeTrue(
                isolation.get("kind").asText().equals("sandbox"),
                () -> "This machine gives jobs no sandbox: " + isolation.get("obstacle"));
        var victim = submit("victim", "echo mine > private; while [ ! -e go ]; do sleep 0.2; done", null);
        var victimOnDisk = new JobOnDisk(server, victim);
        Eventually.see("the victim runs", () -> Files.exists(victimOnDisk.file("private")), there -> there);
        var databasePort = Files.readAllLines(server.data().resolve("postgres/postmaster.pid"))
                .get(3)
                .strip();

        var hostile = submit(
                "hostile",
                "mkdir -p outputs && python hostile_job.py '%s' %d %s %s %s"
                        .formatted(
                                server.data(),
                                server.json("status").get("server").asLong(),
                                databasePort,
                                victim,
                                isolation.get("barred").asBoolean()),
                server.home().resolve("system-tests/src/test/python/hostile_job.py"));
        var streamed = server.command("job", "stream", hostile);

        var log = streamed.output();
        assertThat(streamed.exitCode()).as(streamed.joined()).isZero();
        assertThat(log).contains("the end");
        assertThat(log.lines().filter(line -> line.startsWith("ATTEMPT")))
                .hasSizeGreaterThan(40)
                .allSatisfy(line -> assertThat(line).contains("-> refused"));
        assertThat(log).contains("STATUS NoNewPrivs: 1", "STATUS CapEff: 0000000000000000");
        if (isolation.get("own_user").asBoolean()) {
            assertThat(log).doesNotContain("STATUS Uid: 0");
        }
        assertThat(new JobOnDisk(server, hostile).processes()).isEmpty();
        assertThat(victimOnDisk.processes()).isNotEmpty();
        assertThat(victimOnDisk.file("planted")).doesNotExist();
        assertThat(server.data().resolve("planted")).doesNotExist();
        assertThat(server.command("status").exitCode()).isZero();
        assertNoArtifactHasASecret();

        Files.createFile(victimOnDisk.file("go"));
        assertThat(server.command("job", "stream", victim).exitCode()).isZero();
    }

    private void assertNoArtifactHasASecret() throws IOException {
        var secrets = List.of(
                server.token(),
                Files.readString(server.data().resolve("secrets/database.password"))
                        .strip());
        try (Stream<Path> files = Files.walk(server.data().resolve("artifacts"))) {
            for (var file : files.filter(Files::isRegularFile).toList()) {
                var content = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
                assertThat(secrets.stream().filter(content::contains))
                        .as(file.toString())
                        .isEmpty();
            }
        }
    }

    private String submit(String what, String command, Path script) throws Exception {
        var name = what + "-" + UUID.randomUUID();
        var code = Files.createDirectories(folder.resolve(name));
        if (script == null) {
            Files.createFile(code.resolve("empty"));
        } else {
            Files.copy(script, code.resolve(script.getFileName()));
        }
        var file = Files.writeString(folder.resolve(name + ".yml"), """
                type: command
                name: %s
                code: %s
                command: |
                  %s
                environment: {}
                compute: local
                """.formatted(name, code.getFileName(), command));
        server.command("job", "create", "-f", file.toString()).requireSuccess();
        return name;
    }
}
