package org.millwright.wire.mlflow;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.millwright.shared.Criterion;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Operator;
import org.millwright.shared.Ordering;

/** Turns what MLflow's filters say of runs into what our runs are searched by: statuses and artifact addresses. */
final class RunCriteria {
    private static final Pattern ARTIFACTS = Pattern.compile("mlflow-artifacts:/\\d+/([^/]+)/artifacts/?");

    private RunCriteria() {}

    static List<Criterion> of(List<Criterion> filter) {
        return filter.stream().map(RunCriteria::translated).toList();
    }

    static List<Ordering> orders(List<Ordering> order) {
        return order.stream()
                .map(each -> each.subject() == Subject.ATTRIBUTE && each.key().equals("artifact_uri")
                        ? new Ordering(Subject.ATTRIBUTE, "run_id", each.ascending())
                        : each)
                .toList();
    }

    private static Criterion translated(Criterion criterion) {
        if (criterion.subject() != Subject.ATTRIBUTE) {
            return criterion;
        }
        return switch (criterion.key()) {
            case "status" -> status(criterion);
            case "artifact_uri" -> artifacts(criterion);
            default -> criterion;
        };
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

    /** A run's files lie where its id says, so asking for the address is asking for the id. */
    private static Criterion artifacts(Criterion criterion) {
        if (criterion.operator() != Operator.EQUAL && criterion.operator() != Operator.NOT_EQUAL) {
            throw new RequestRefused(
                    MlflowError.invalid("'artifact_uri' can be compared by = and != only; search by 'run_id' instead"));
        }
        var address = ARTIFACTS.matcher(criterion.values().getFirst().toString());
        return new Criterion(
                Subject.ATTRIBUTE, "run_id", criterion.operator(), List.of(address.matches() ? address.group(1) : ""));
    }
}
