package org.millwright.cli.yaml;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.millwright.cli.code.IgnoreRules;

/**
 * Finds the script that a command begins with, so that one which is not there is refused before anything is sent.
 *
 * <p>Only what is certain is judged: the first program of the command, when it is an interpreter or a path. What comes later may use files
 * that were made before.
 */
final class CommandScript {
    private static final Pattern FIRST_PROGRAM = Pattern.compile("&&|\\|\\||[;|&\\n]");
    private static final Pattern INTERPRETER = Pattern.compile("python(3(\\.\\d+)?)?|bash|sh");
    private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*=\\S*");
    private static final Set<String> OPTIONS_WITH_VALUE = Set.of("-W", "-X");
    /** After these, no script follows. */
    private static final Set<String> NO_SCRIPT = Set.of("-c", "-m", "-", "-V", "--version", "-h", "--help");

    private CommandScript() {}

    /** @param code folder or file; null when the job has none */
    static void check(String command, Place place, @Nullable Path code, Problems problems) {
        var script = of(command).orElse(null);
        if (script == null) {
            return;
        }
        if (code == null) {
            problems.add(
                    place,
                    "the command runs '%s', but the job has no 'code'; add code: . (the folder that has it)"
                            .formatted(script));
            return;
        }
        if (!Files.isDirectory(code)) {
            if (!code.getFileName().toString().equals(script)) {
                problems.add(
                        place,
                        "the command runs '%s', but the code is the single file '%s'"
                                .formatted(script, code.getFileName()));
            }
            return;
        }
        var path = Path.of(script).normalize();
        if (!Files.isRegularFile(code.resolve(path))) {
            problems.add(
                    place,
                    "the command runs '%s', which is not in the code folder %s%s"
                            .formatted(script, shown(code), NearestWord.hint(script, names(code))));
        } else if (IgnoreRules.of(code).ignores(path)) {
            problems.add(
                    place,
                    "the command runs '%s', which %s leaves out"
                            .formatted(script, IgnoreRules.of(code).source()));
        }
    }

    /** The script, when the command certainly runs one. */
    static Optional<String> of(String command) {
        var first = FIRST_PROGRAM.split(command.strip(), 2)[0].strip();
        var words = new ArrayDeque<>(List.of(first.split("\\s+")));
        while (!words.isEmpty() && VARIABLE.matcher(words.peek()).matches()) {
            words.remove();
        }
        if (words.isEmpty()) {
            return Optional.empty();
        }
        var program = words.remove();
        if (program.startsWith("./")) {
            return plain(program.substring(2));
        }
        if (!INTERPRETER.matcher(program).matches()) {
            return Optional.empty();
        }
        while (!words.isEmpty() && words.peek().startsWith("-")) {
            var option = words.remove();
            if (NO_SCRIPT.contains(option)) {
                return Optional.empty();
            }
            if (OPTIONS_WITH_VALUE.contains(option) && !words.isEmpty()) {
                words.remove();
            }
        }
        return words.isEmpty() ? Optional.empty() : plain(words.remove());
    }

    /** A name without anything that a shell would replace, inside the folder. */
    private static Optional<String> plain(String word) {
        var name = word.replaceFirst("^(['\"])(.*)\\1$", "$2").replaceFirst("^\\./", "");
        var certain = name.matches("[\\w./+@-]+") && !name.startsWith("/") && !name.startsWith("..");
        return certain ? Optional.of(name) : Optional.empty();
    }

    private static String shown(Path code) {
        return code.toAbsolutePath().normalize().toString();
    }

    private static List<String> names(Path code) {
        var names = code.toFile().list();
        return names == null ? List.of() : List.of(names);
    }
}
