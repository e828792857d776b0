package org.millwright.cli.code;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * Which files of a folder stay at home. The folder's {@code .amlignore} says it, or its {@code .gitignore} when there is none, in git's
 * syntax: a later line wins, {@code !} takes back, a trailing slash means folders only, {@code **} any depth.
 *
 * <p>Version control, caches and data folders of a local server, which hold its secrets, stay at home always.
 */
public final class IgnoreRules {
    private static final Set<String> NEVER = Set.of(".git", ".millwright", "__pycache__", ".ipynb_checkpoints");
    private static final List<String> FILES = List.of(".amlignore", ".gitignore");

    private record Rule(Pattern path, boolean foldersOnly, boolean takesBack) {}

    private final String source;
    private final List<Rule> rules;

    private IgnoreRules(String source, List<Rule> rules) {
        this.source = source;
        this.rules = rules;
    }

    /** The rules of a folder; a file that cannot be read counts as absent, because packing will complain about it. */
    public static IgnoreRules of(Path folder) {
        for (var name : FILES) {
            try {
                return parse(name, Files.readAllLines(folder.resolve(name)));
            } catch (IOException absent) {
                // the next one, or none
            }
        }
        return parse("", List.of());
    }

    static IgnoreRules parse(String source, List<String> lines) {
        var rules = new ArrayList<Rule>();
        lines.forEach(line -> rule(line).ifPresent(rules::add));
        return new IgnoreRules(source, rules);
    }

    /** The name of the file that the rules come from; empty when there is none. */
    public String source() {
        return source.isEmpty() ? "a rule that always holds" : source;
    }

    /** @param file relative to the folder. A file in a folder that is left out cannot be taken back. */
    public boolean ignores(Path file) {
        for (var depth = 1; depth < file.getNameCount(); depth++) {
            if (ignores(file.subpath(0, depth), true)) {
                return true;
            }
        }
        return ignores(file, false);
    }

    boolean ignores(Path path, boolean folder) {
        if (NEVER.contains(path.getFileName().toString())) {
            return true;
        }
        var text = path.toString().replace('\\', '/');
        var ignored = false;
        for (var rule : rules) {
            if ((folder || !rule.foldersOnly()) && rule.path().matcher(text).matches()) {
                ignored = !rule.takesBack();
            }
        }
        return ignored;
    }

    private static Optional<Rule> rule(String line) {
        var text = line.endsWith("\\ ") ? line : line.stripTrailing();
        if (text.isEmpty() || text.startsWith("#")) {
            return Optional.empty();
        }
        var takesBack = text.startsWith("!");
        text = takesBack ? text.substring(1) : text;
        var foldersOnly = text.endsWith("/");
        text = foldersOnly ? text.substring(0, text.length() - 1) : text;
        var anchored = text.contains("/");
        text = text.startsWith("/") ? text.substring(1) : text;
        if (text.isEmpty()) {
            return Optional.empty();
        }
        try {
            var pattern = Pattern.compile((anchored ? "" : "(?:.*/)?") + expression(text));
            return Optional.of(new Rule(pattern, foldersOnly, takesBack));
        } catch (PatternSyntaxException brokenClass) {
            return Optional.empty(); // as git does: a pattern with an unclosed bracket matches nothing
        }
    }

    private static String expression(String glob) {
        var regex = new StringBuilder();
        for (var i = 0; i < glob.length(); i++) {
            var letter = glob.charAt(i);
            switch (letter) {
                case '*' -> {
                    if (glob.startsWith("**/", i) && (i == 0 || glob.charAt(i - 1) == '/')) {
                        regex.append("(?:.*/)?");
                        i += 2;
                    } else if (glob.startsWith("**", i)
                            && i > 0
                            && glob.charAt(i - 1) == '/'
                            && i + 2 == glob.length()) {
                        regex.append(".+");
                        i++;
                    } else {
                        regex.append("[^/]*");
                    }
                }
                case '?' -> regex.append("[^/]");
                case '[' -> {
                    var end = glob.indexOf(']', i + 2);
                    var inside = end < 0 ? "" : glob.substring(i + 1, end);
                    regex.append(
                            end < 0
                                    ? "["
                                    : "["
                                            + inside.replace("\\", "\\\\")
                                                    .replace("[", "\\[")
                                                    .replaceFirst("^!", "^") + "]");
                    i = end < 0 ? i : end;
                }
                case '\\' -> {
                    i++;
                    regex.append(i < glob.length() ? Pattern.quote(glob.substring(i, i + 1)) : "");
                }
                default -> regex.append(Pattern.quote(String.valueOf(letter)));
            }
        }
        return regex.toString();
    }
}
