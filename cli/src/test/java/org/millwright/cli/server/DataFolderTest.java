package org.millwright.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.millwright.cli.server.Refusals.refusal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.cli.CommandFailed;
import org.millwright.cli.ExitCode;

class DataFolderTest {
    private static final SchemaVersion KNOWN = SchemaVersion.parse("202611221430");

    @TempDir
    Path parent;

    private DataFolder folder;

    @BeforeEach
    void name_a_folder_that_is_not_there() {
        folder = new DataFolder(parent.resolve("data"));
    }

    @Test
    void a_fresh_folder_is_usable_and_looking_does_not_make_it() throws Exception {
        folder.requireUsable(KNOWN, 1);

        assertThat(folder.root()).doesNotExist();
    }

    @Test
    void a_disk_with_too_little_space_is_refused_before_anything_is_written() {
        var said = refusal(ExitCode.REFUSED, () -> folder.requireUsable(KNOWN, Long.MAX_VALUE));

        assertThat(said).contains("MiB are free on the disk of " + folder.root());
        assertThat(folder.root()).doesNotExist();
    }

    @Test
    void the_folder_of_a_newer_format_is_refused_and_left_as_it_is() throws Exception {
        Files.createDirectory(folder.root());
        Files.writeString(folder.root().resolve("format"), "format=2\nschema=1\nmillwright=9.1\n");

        var said = refusal(ExitCode.REFUSED, () -> folder.requireUsable(KNOWN, 1));

        assertThat(said).contains("newer Millwright (9.1)", "has format 2, and this one knows 1");
        assertThat(Files.list(folder.root())).hasSize(1);
    }

    @Test
    void the_folder_of_a_newer_schema_is_refused() throws Exception {
        folder.create();
        new FolderFormat(1, SchemaVersion.parse("202701010000"), "9.1").write(folder);

        var said = refusal(ExitCode.REFUSED, () -> folder.requireUsable(KNOWN, 1));

        assertThat(said).contains("has schema 202701010000, and this one knows 202611221430");
    }

    @Test
    void the_folder_of_an_older_schema_is_usable() throws Exception {
        folder.create();
        new FolderFormat(1, SchemaVersion.parse("202511010000"), "0.0.1").write(folder);

        folder.requireUsable(KNOWN, 1);
    }

    @Test
    void a_file_in_the_way_is_named() throws Exception {
        Files.createFile(folder.root());

        var below = new DataFolder(folder.root().resolve("below"));

        assertThat(refusal(ExitCode.REFUSED, () -> below.requireUsable(KNOWN, 1)))
                .contains(folder.root() + " is no folder");
    }

    @Test
    void only_one_holds_the_lock_at_a_time() throws Exception {
        folder.create();
        var first = folder.lock().orElseThrow();

        assertThat(folder.lock()).isEmpty();
        first.close();
        assertThat(folder.lock()).isPresent().get().satisfies(DataFolder.Lock::close);
    }

    @Test
    void secrets_are_made_once_and_for_the_owner_only() throws Exception {
        folder.create();
        var secrets = new Secrets(folder.secrets());
        secrets.create();
        var token = secrets.adminToken();

        secrets.create();

        assertThat(secrets.adminToken()).isEqualTo(token).matches("mwt_[A-Za-z0-9_-]{43}");
        assertThat(Files.list(folder.secrets())).hasSize(3).allSatisfy(file -> assertThat(
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------"));
    }

    @Test
    void what_runs_is_written_down_and_found_again() throws Exception {
        folder.create();
        var mine = ProcessMark.of(ProcessHandle.current());
        new RunFile(RunFile.Phase.READY, "https://127.0.0.1:8443", mine, null).write(folder);

        var read = RunFile.read(folder).orElseThrow();

        assertThat(read.launcher()).isNotNull().extracting(ProcessMark::isAlive).isEqualTo(true);
        assertThat(read.url()).isEqualTo("https://127.0.0.1:8443");
        assertThat(read.serverIsAlive()).isFalse();
    }

    @Test
    void a_process_that_got_the_number_of_an_ended_one_is_another_process() {
        var mine = ProcessMark.of(ProcessHandle.current());

        assertThat(new ProcessMark(mine.pid(), mine.startedAt().minusSeconds(60)).isAlive())
                .isFalse();
    }

    @Test
    void a_format_file_that_says_nothing_is_refused() throws Exception {
        folder.create();
        Files.writeString(folder.root().resolve("format"), "format=\n");

        assertThatThrownBy(() -> FolderFormat.read(folder)).isInstanceOf(CommandFailed.class);
    }

    @Test
    void jobs_that_run_are_counted_and_ended_ones_are_not() throws Exception {
        attempt("runs", ProcessHandle.current().pid(), false);
        attempt("ended", ProcessHandle.current().pid(), true);
        attempt("killed", Integer.MAX_VALUE, false);

        assertThat(new RunningJobs(folder).count()).isEqualTo(1);
    }

    private void attempt(String job, long runner, boolean ended) throws Exception {
        var state = Files.createDirectories(
                folder.root().resolve("jobs").resolve(job).resolve("1/state"));
        Files.writeString(state.resolve("process.json"), "{\"runner\":{\"pid\":%d}}".formatted(runner));
        if (ended) {
            Files.writeString(state.resolve("exit.json"), "{\"exitCode\":0}");
        }
    }
}
