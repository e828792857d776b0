package org.millwright.adapter.localprocess;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.millwright.adapter.attempt.FileTrees;
import org.millwright.compute.spi.MaskingScript;

/** Our Python as files, in a folder named by their content, so that a newer server does not change them under an older run. */
final class RunnerScripts {
    private static final List<String> NAMES = List.of("runner.py", "jail.py", "limits.py", MaskingScript.NAME);

    private final Path parent;
    private volatile @Nullable Path known;

    RunnerScripts(Path parent) {
        this.parent = parent;
    }

    /** One of them, ready to start with no variable of the server, and not looking at anything of its user's. */
    ProcessBuilder python(Interpreter interpreter, String script, String... arguments) throws IOException {
        var command = new ArrayList<>(List.of(interpreter.executable().toString(), "-I", "-S"));
        command.add(folder().resolve(script).toString());
        command.addAll(List.of(arguments));
        var builder = new ProcessBuilder(command);
        builder.environment().clear();
        return builder;
    }

    private Path folder() throws IOException {
        var folder = known;
        if (folder == null || !Files.exists(folder)) {
            folder = lay();
            known = folder;
        }
        return folder;
    }

    private Path lay() throws IOException {
        var all = new ByteArrayOutputStream();
        for (var name : NAMES) {
            all.writeBytes(content(name));
        }
        var folder = parent.resolve(HexFormat.of().toHexDigits(Arrays.hashCode(all.toByteArray())));
        if (Files.exists(folder)) {
            return folder;
        }
        var aside = Files.createDirectories(parent.resolve(UUID.randomUUID().toString()));
        for (var name : NAMES) {
            Files.write(aside.resolve(name), content(name));
        }
        try {
            Files.move(aside, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException impossible) {
            throw impossible;
        } catch (FileSystemException laidMeanwhile) {
            FileTrees.delete(aside);
            if (!Files.exists(folder)) {
                throw laidMeanwhile;
            }
        }
        return folder;
    }

    private static byte[] content(String name) throws IOException {
        if (name.equals(MaskingScript.NAME)) {
            return MaskingScript.content();
        }
        try (var resource = RunnerScripts.class.getResourceAsStream(name)) {
            return Objects.requireNonNull(resource, name).readAllBytes();
        }
    }
}
