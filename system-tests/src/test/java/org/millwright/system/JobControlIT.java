package org.millwright.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What a person does with jobs that do not simply run to their end. */
@ExtendWith(RunningServer.Provider.class)
class JobControlIT {
    private final RunningServer server;

    @TempDir
    Path folder;

    JobControlIT(RunningServer server) {
        this.server = server;
    }

    @Test
    void a_cancelled_job_ends_with_all_its_processes_even_when_they_ignore_that_they_are_asked() throws Exception {
        var name = submit("stubborn", """
                trap 'echo asked to end' TERM
                ( trap '' TERM; while :; do sleep 1; done ) &
                touch begun
                while :; do sleep 1; done
                """, "");
        var onDisk = new JobOnDisk(server, name);
        Eventually.see("the job runs", () -> Files.exists(onDisk.file("begun")), there -> there);
        assertThat(onDisk.processes()).hasSizeGreaterThan(1);

        server.command("job", "cancel", name).requireSuccess();

        Eventually.see("the job has ended", () -> status(name), "Canceled"::equals);
        assertThat(onDisk.processes()).isEmpty();
        assertThat(server.command("job", "logs", name).output()).contains("asked to end");
        assertThat(server.command("job", "stream", name).exitCode()).isEqualTo(2);
    }

    @Test
    void a_job_that_takes_too_long_is_ended_and_says_so() throws Exception {
        var name = submit("too-long", "sleep 600\n", "limits:\n  timeout: 2\n");

        var job = Eventually.see("the job has ended", () -> job(name), seen -> seen.get("status")
                .asText()
                .equals("Failed"));

        assertThat(job.get("reason").asText()).isEqualTo("The time limit of 2 s was reached");
    }

    @Test
    void a_queued_job_says_why_it_waits_and_runs_when_it_may() throws Exception {
        server.command("compute", "pause", "local").requireSuccess();
        String name;
        try {
            name = submit("waits", "echo at last\n", "");

            var job = job(name);
            assertThat(job.get("status").asText()).isEqualTo("Queued");
            assertThat(job.at("/waiting/explanation").asText()).startsWith("Compute 'local' is paused");
            assertThat(server.command("job", "show", name).requireSuccess().output())
                    .contains("Compute 'local' is paused");
        } finally {
            server.command("compute", "resume", "local").requireSuccess();
        }

        var streamed = server.command("job", "stream", name);
        assertThat(streamed.exitCode()).isZero();
        assertThat(streamed.output()).contains("at last");
        assertThat(job(name).path("waiting").isMissingNode()).isTrue();
    }

    @Test
    void a_job_that_waits_is_cancelled_before_it_runs() throws Exception {
        server.command("compute", "pause", "local").requireSuccess();
        String name;
        try {
            name = submit("never-runs", "echo it ran\n", "");
            server.command("job", "cancel", name).requireSuccess();
            assertThat(status(name)).isEqualTo("Canceled");
        } finally {
            server.command("compute", "resume", "local").requireSuccess();
        }
        var next = submit("runs-after-it", "echo next\n", "");
        assertThat(server.command("job", "stream", next).exitCode()).isZero();
        assertThat(server.command("job", "logs", name).output()).doesNotContain("it ran");
    }

    @Test
    void two_processes_find_each_other_and_reduce_in_a_registered_environment() throws Exception {
        var name = "ring-" + UUID.randomUUID();
        server.command("environment", "create", "-f", "examples/environment.yml")
                .requireSuccess();
        server.command(
                        "job",
                        "create",
                        "-f",
                        "examples/all-reduce/job.yml",
                        "--name",
                        name,
                        "--set",
                        "environment=azureml:numbers@latest")
                .requireSuccess();

        assertThat(server.command("job", "stream", name).requireSuccess().output())
                .contains("rank 0 of 2 has 3.0");

        assertThat(server.command("job", "logs", name, "--rank", "1").output()).contains("rank 1 of 2 has 3.0");
        assertThat(server.command("job", "packages", name).output()).startsWith("numpy==");
        assertThat(server.command("environment", "log", "numbers").output()).contains("Building an environment");
    }

    @Test
    void a_process_that_fails_ends_the_others_and_is_named() throws Exception {
        var name = submit("half", "if [ $RANK = 1 ]; then exit 7; fi; sleep 600\n", """
                resources: {instance_count: 2}
                distribution: {type: mpi}
                """);

        assertThat(server.command("job", "stream", name).exitCode()).isEqualTo(7);
        assertThat(job(name).get("reason").asText()).isEqualTo("Rank 1 of the script ended with exit code 7");
    }

    @Test
    void a_job_of_two_nodes_waits_for_both_and_is_passed_by_nobody() throws Exception {
        server.command("compute", "create", "pair", "--min-instances", "2", "--max-instances", "2")
                .requireSuccess();
        var single = submit("single", HOLDS, "", "pair");
        Eventually.see("the first runs", () -> status(single), "Running"::equals);
        var gang = submit("gang", HOLDS, "resources:\n  instance_count: 2\n", "pair");
        var later = submit("later", HOLDS, "", "pair");

        assertThat(waits(gang)).isEqualTo("WAITING_GANG");
        assertThat(server.command("job", "why", gang).requireSuccess().output())
                .contains("It takes 2 nodes of compute 'pair' at once, and 1 are free");
        assertThat(waits(later)).isEqualTo("BEHIND_OTHERS");
        assertThat(server.json("job", "why", later).at("/explanation").asText()).contains(gang);
        assertThat(server.command("compute", "delete", "pair").exitCode()).isNotZero();

        letGo(single);
        Eventually.see("the two nodes are given", () -> status(gang), "Running"::equals);
        assertThat(server.json("compute", "show", "pair").get("nodes"))
                .allSatisfy(node -> assertThat(node.get("run").asText()).isEqualTo(gang));
        letGo(gang);
        Eventually.see("the last runs", () -> status(later), "Running"::equals);
        letGo(later);
        Eventually.see("all have ended", () -> status(later), "Completed"::equals);
        Eventually.see(
                "the target is deleted",
                () -> server.command("compute", "delete", "pair").exitCode(),
                code -> code == 0);
    }

    @Test
    void a_job_of_the_low_tier_makes_room_and_goes_on_later() throws Exception {
        server.command("compute", "create", "shared", "--min-instances", "1", "--max-instances", "1")
                .requireSuccess();
        var low = submit("low", """
                echo "attempt $MW_ATTEMPT resume ${MW_RESUME:-no}"
                [ -n "$MW_RESUME" ] && exit 0
                touch begun
                while :; do sleep 1; done
                """, "queue_settings:\n  job_tier: spot\n", "shared");
        Eventually.see("it runs", () -> status(low), "Running"::equals);
        var firm = submit("firm", "echo firm\n", "", "shared");

        assertThat(server.command("job", "stream", firm).exitCode()).isZero();
        assertThat(server.command("job", "stream", low).exitCode()).isZero();

        assertThat(server.command("job", "logs", low).output()).contains("attempt 2 resume 1");
        assertThat(job(low).get("attempt").asInt()).isEqualTo(2);
        server.command("compute", "delete", "shared").requireSuccess();
    }

    @Test
    void a_job_is_tried_again_after_the_exit_codes_that_it_names() throws Exception {
        var name = submit("again", """
                [ "$MW_ATTEMPT" = 3 ] && exit 0
                exit 75
                """, "retry_settings:\n  max_retries: 5\n  on: ['exit:75']\n");

        assertThat(server.command("job", "stream", name).exitCode()).isZero();
        assertThat(job(name).get("attempt").asInt()).isEqualTo(3);
    }

    @Test
    void a_job_that_fits_no_node_says_so_with_the_numbers() throws Exception {
        server.command("compute", "create", "small", "--max-instances", "2").requireSuccess();
        var crowd = submit("crowd", "true\n", "resources:\n  instance_count: 3\n", "small");

        assertThat(waits(crowd)).isEqualTo("NO_NODE_FITS");
        assertThat(server.command("job", "why", crowd).output()).contains("needs 3 nodes", "at most 2");

        server.command("job", "cancel", crowd).requireSuccess();
        server.command("compute", "delete", "small").requireSuccess();
    }

    /** Runs until {@link #letGo}. */
    private static final String HOLDS = "while [ ! -e go ]; do sleep 0.1; done\n";

    private void letGo(String name) throws IOException, InterruptedException {
        Files.createFile(new JobOnDisk(server, name).file("go"));
    }

    /** The reason by which it waits, once the dispatcher has seen it. */
    private String waits(String name) throws IOException, InterruptedException {
        return server.json("job", "why", name).get("reason").asText();
    }

    /** @param more lines of the job's file */
    private String submit(String what, String script, String more) throws IOException, InterruptedException {
        return submit(what, script, more, "local");
    }

    private String submit(String what, String script, String more, String compute)
            throws IOException, InterruptedException {
        var name = what + "-" + UUID.randomUUID();
        var code = Files.createDirectories(folder.resolve("code-of-" + name));
        Files.writeString(code.resolve("script.sh"), script);
        var file = Files.writeString(
                folder.resolve(name + ".yml"), """
                type: command
                name: %s
                code: %s
                command: bash script.sh
                environment: {}
                compute: %s
                %s""".formatted(name, code.getFileName(), compute, more));
        server.command("job", "create", "-f", file.toString()).requireSuccess();
        return name;
    }

    private JsonNode job(String name) throws IOException, InterruptedException {
        return server.json("job", "show", name);
    }

    private String status(String name) throws IOException, InterruptedException {
        return job(name).get("status").asText();
    }
}
