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

    /** MLflow's client and what its users train with: one environment for all tests of a version. */
    static PythonEnvironment ofMlflow(RunningServer server, String version) throws IOException, InterruptedException {
        return of(server, List.of("mlflow==" + version, "scikit-learn==1.7.2", "xgboost-cpu==3.2.0", "psutil==7.2.2"));
    }

    /** @param server what runs programs for tests @param requirements as pip takes them */
    static PythonEnvironment of(RunningServer server, List<String> requirements)
            throws IOException, InterruptedException {
        var folder = folderOf(requirements);
        if (!Files.exists(folder.resolve(WHOLE))) {
            make(server, folder, requirements);
        }
        return new PythonEnvironment(folder);
    }

    /** Where an environment lies that is made from these. */
    static Path folderOf(List<String> ingredients) {
        return Path.of(System.getProperty("user.home"), ".cache", "millwright-tests", digest(ingredients));
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
