package org.millwright.wire.mlflow;

import java.util.ArrayList;
import java.util.List;
import org.millwright.shared.Criterion;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Operator;

/**
 * MLflow's clients keep prompts among the registered models, with a tag. A search is about models, so it leaves prompts
 * out unless it asks for them. Models do not have the tag at all, so what is asked for is its absence.
 */
final class RegistryCriteria {
    private static final String PROMPT_TAG = "mlflow.prompt.is_prompt";

    private RegistryCriteria() {}

    static List<Criterion> of(List<Criterion> filter) {
        var criteria = new ArrayList<>(
                filter.stream().filter(criterion -> !isAboutPrompts(criterion)).toList());
        criteria.add(
                filter.stream().anyMatch(RegistryCriteria::asksForPrompts)
                        ? new Criterion(Subject.TAG, PROMPT_TAG, Operator.EQUAL, List.of("true"))
                        : new Criterion(Subject.TAG, PROMPT_TAG, Operator.IS_NULL, List.of()));
        return criteria;
    }

    private static boolean isAboutPrompts(Criterion criterion) {
        return criterion.subject() == Subject.TAG && criterion.key().equals(PROMPT_TAG);
    }

    private static boolean asksForPrompts(Criterion criterion) {
        return isAboutPrompts(criterion)
                && (criterion.operator() == Operator.EQUAL && criterion.values().equals(List.of("true"))
                        || criterion.operator() == Operator.NOT_EQUAL
                                && criterion.values().equals(List.of("false")));
    }
}
