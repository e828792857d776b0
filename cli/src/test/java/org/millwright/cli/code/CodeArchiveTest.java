package org.millwright.cli.code;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.millwright.cli.CommandFailed;

class CodeArchiveTest {
    @TempDir
    Path folder;

    @Test
    void the_same_files_are_the_same_bytes_whatever_their_times_and_order() throws IOException {
        var one = folder.resolve("one");
        var other = folder.resolve("other");
        write(one, "b.py", "print(2)");
        write(one, "sub/a.py", "print(1)");
        write(other, "sub/a.py", "print(1)");
        write(other, "b.py", "print(2)");
        Files.setLastModifiedTime(other.resolve("b.py"), FileTime.from(Instant.EPOCH));
        try (var first = CodeArchive.pack(one);
                var second = CodeArchive.pack(other)) {
            assertThat(first.digest()).isEqualTo(second.digest()).matches("[0-9a-f]{64}");
            assertThat(first.zip()).hasSameBinaryContentAs(second.zip());
            assertThat(first.files()).isEqualTo(2);
            assertThat(first.bytes()).isEqualTo(16);
        }
    }

    @Test
    void another_content_is_another_digest() throws IOException {
        write(folder, "a.py", "print(1)");
        String before;
        try (var archive = CodeArchive.pack(folder)) {
            before = archive.digest();
        }
        write(folder, "a.py", "print(2)");
        try (var archive = CodeArchive.pack(folder)) {
            assertThat(archive.digest()).isNotEqualTo(before);
        }
    }

    @Test
    void executable_bits_are_kept_and_other_modes_are_not() throws IOException {
        write(folder, "run.sh", "#!/bin/sh");
        write(folder, "private.py", "");
        Files.setPosixFilePermissions(folder.resolve("run.sh"), PosixFilePermissions.fromString("rwx------"));
        Files.setPosixFilePermissions(folder.resolve("private.py"), PosixFilePermissions.fromString("rw-------"));
        try (var archive = CodeArchive.pack(folder);
                var zip = FileSystems.newFileSystem(archive.zip(), Map.of())) {
            assertThat(Files.getAttribute(zip.getPath("/run.sh"), "zip:permissions"))
                    .isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
            assertThat(Files.getAttribute(zip.getPath("/private.py"), "zip:permissions"))
                    .isEqualTo(PosixFilePermissions.fromString("rw-r--r--"));
            assertThat(Files.readString(zip.getPath("/run.sh"))).isEqualTo("#!/bin/sh");
        }
    }

    @Test
    void one_file_is_an_archive_of_one() throws IOException {
        write(folder, "rows.csv", "1,2");
        try (var archive = CodeArchive.pack(folder.resolve("rows.csv"));
                var zip = new ZipFile(archive.zip().toFile())) {
            assertThat(zip.stream().map(Object::toString)).containsExactly("rows.csv");
        }
    }

    @Test
    void what_the_ignore_file_names_and_the_data_of_a_server_stay_at_home() throws IOException {
        write(folder, ".amlignore", "*.csv\n");
        write(folder, "rows.csv", "1,2");
        write(folder, "train.py", "");
        write(folder, ".millwright/secrets/admin.token", "secret");
        write(folder, ".git/config", "");
        write(folder, "pkg/__pycache__/x.pyc", "");
        try (var archive = CodeArchive.pack(folder);
                var zip = new ZipFile(archive.zip().toFile())) {
            assertThat(zip.stream().map(Object::toString)).containsExactly(".amlignore", "train.py");
        }
    }

    @Test
    void too_much_is_refused_and_the_largest_file_is_named() throws IOException {
        write(folder, "small.py", "x");
        write(folder, "big.bin", "x".repeat(3 << 20));
        assertThatThrownBy(() -> CodeArchive.pack(folder, 2 << 20))
                .isInstanceOfSatisfying(CommandFailed.class, refused -> {
                    assertThat(refused.sentence()).isEqualTo(folder + " has 3.0 MB; at most 2.0 MB can be sent");
                    assertThat(refused.advice()).startsWith("The largest file is big.bin (3.0 MB).");
                });
    }

    @Test
    void a_link_that_never_ends_is_refused() throws IOException {
        write(folder, "sub/a.py", "");
        Files.createSymbolicLink(folder.resolve("sub/loop"), folder);
        assertThatThrownBy(() -> CodeArchive.pack(folder))
                .hasMessageContaining("is a link to a folder that it lies in");
    }

    @Test
    void an_empty_folder_is_refused() {
        assertThatThrownBy(() -> CodeArchive.pack(folder)).hasMessage("There are no files in " + folder);
    }

    private static void write(Path folder, String name, String content) throws IOException {
        var file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
