package org.millwright.cli.yaml;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.millwright.cli.CommandFailed;

/** What is wrong with the files of one command, gathered so that the user hears everything at once, and what is worth a remark. */
public final class Problems {
    private record Problem(Place place, String sentence) {
        @Override
        public String toString() {
            return place + ": " + sentence;
        }
    }

    private final LinkedHashSet<Problem> found = new LinkedHashSet<>();
    private final List<String> remarks = new ArrayList<>();

    public void add(Place place, String sentence) {
        found.add(new Problem(place, sentence));
    }

    /** Notes something that works, but differently from what the file may be meant to say. */
    public void remark(Place place, String sentence) {
        remarks.add(place + ": " + sentence);
    }

    public List<String> remarks() {
        return List.copyOf(remarks);
    }

    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** @throws CommandFailed with all of them, when there are any */
    public void refuseIfAny() {
        if (found.size() == 1) {
            throw CommandFailed.refused(found.getFirst().toString(), "");
        }
        if (!found.isEmpty()) {
            throw CommandFailed.refused(
                    "%d things are wrong; nothing was sent".formatted(found.size()),
                    inOrder().stream().map(Problem::toString).collect(Collectors.joining("\n")));
        }
    }

    /** By file, as they were read, and within a file from top to bottom. */
    private List<Problem> inOrder() {
        var sources = found.stream()
                .map(problem -> problem.place().source())
                .distinct()
                .toList();
        return found.stream()
                .sorted(Comparator.comparingInt((Problem problem) ->
                                sources.indexOf(problem.place().source()))
                        .thenComparingInt(problem -> problem.place().line())
                        .thenComparingInt(problem -> problem.place().column()))
                .toList();
    }
}
