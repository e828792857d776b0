package org.millwright.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A Python environment with the real clients in it. One for each list of requirements is made once on a machine and kept
 * between builds below {@code ~/.cache/millwright-tests}; a file inside says that it was made to its end.
 */
record PythonEnvironment(Path folder) {
    private static final String WHOLE = "whole";

    /** @param server what runs programs for tests @param requirements as pip takes them */
    static PythonEnvironment of(RunningServer server, List<String> requirements)
            throws IOException, InterruptedException {
        var folder = Path.of(System.getProperty("user.home"), ".cache", "millwright-tests", digest(requirements));
        if (!Files.exists(folder.resolve(WHOLE))) {
            make(server, folder, requirements);
        }
        return new PythonEnvironment(folder);
    }

    Path python() {
        return folder.resolve("bin/python");
    }

    private static void make(RunningServer server, Path folder, List<String> requirements)
            throws IOException, InterruptedException {
        Files.createDirectories(folder.getParent());
        var tool = Programs.need("uv", "python3");
        var install = new ArrayList<String>();
        if (tool.endsWith("uv")) {
            run(server, List.of(tool.toString(), "venv", "--clear", folder.toString()));
            install.addAll(List.of(tool.toString(), "pip", "install", "--python", folder + "/bin/python"));
        } else {
            run(server, List.of(tool.toString(), "-m", "venv", "--clear", folder.toString()));
            install.addAll(List.of(folder + "/bin/python", "-m", "pip", "install"));
        }
        install.addAll(requirements);
        run(server, install);
        try {
            Files.createFile(folder.resolve(WHOLE));
        } catch (FileAlreadyExistsException madeMeanwhile) {
            // Another build wanted the same.
        }
    }

    private static void run(RunningServer server, List<String> command) throws IOException, InterruptedException {
        server.run(command, Map.of()).requireSuccess();
    }

    private static String digest(List<String> requirements) {
        try {
            var sha256 = MessageDigest.getInstance("SHA-256");
            var text = String.join("\n", requirements);
            return HexFormat.of()
                    .formatHex(sha256.digest(text.getBytes(StandardCharsets.UTF_8)))
                    .substring(0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java platform has SHA-256", impossible);
        }
    }
}
