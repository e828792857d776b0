package org.millwright.wire.mlflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.millwright.shared.Criterion;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Operator;

/** Turns the statuses in MLflow's filters into the labels of our states. */
final class RunCriteria {
    private RunCriteria() {}

    static List<Criterion> of(List<Criterion> filter) {
        return filter.stream().map(RunCriteria::translated).toList();
    }

    private static Criterion translated(Criterion criterion) {
        return criterion.subject() == Subject.ATTRIBUTE && criterion.key().equals("status")
                ? status(criterion)
                : criterion;
    }

    /** One of MLflow's words stands for several of our labels, so each comparison becomes a list of labels. */
    private static Criterion status(Criterion criterion) {
        var word = criterion.values().getFirst().toString();
        var labels = new ArrayList<Object>();
        Arrays.stream(RunStatus.values())
                .filter(status -> matches(status.name(), criterion.operator(), word))
                .forEach(status -> labels.addAll(status.labels()));
        // No run has an empty label, so a list of it alone finds nothing.
        return new Criterion(Subject.ATTRIBUTE, "status", Operator.IN, labels.isEmpty() ? List.<Object>of("") : labels);
    }

    private static boolean matches(String name, Operator operator, String word) {
        return switch (operator) {
            case EQUAL -> name.equals(word);
            case NOT_EQUAL -> !name.equals(word);
            case LIKE -> like(word, 0).matcher(name).matches();
            case ILIKE -> like(word, Pattern.CASE_INSENSITIVE).matcher(name).matches();
            case GREATER, GREATER_OR_EQUAL, LESS, LESS_OR_EQUAL, IN, NOT_IN, IS_NULL, IS_NOT_NULL ->
                throw new IllegalStateException("The grammar lets no " + operator + " through for a status");
        };
    }

    private static Pattern like(String pattern, int flags) {
        var expression = new StringBuilder();
        for (var character : pattern.toCharArray()) {
            switch (character) {
                case '%' -> expression.append(".*");
                case '_' -> expression.append('.');
                default -> expression.append(Pattern.quote(String.valueOf(character)));
            }
        }
        return Pattern.compile(expression.toString(), flags | Pattern.DOTALL);
    }
}
