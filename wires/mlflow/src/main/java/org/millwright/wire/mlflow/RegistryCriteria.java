package org.millwright.wire.mlflow;

import java.util.List;
import org.millwright.shared.Criterion;
import org.millwright.shared.Criterion.Subject;
import org.millwright.shared.Operator;

/**
 * Clients of 3.x keep prompts among the registered models, with a tag, and ask in each search of models for what is no
 * prompt. Models do not have the tag, so that asks for its absence.
 */
final class RegistryCriteria {
    private static final String PROMPT_TAG = "mlflow.prompt.is_prompt";

    private RegistryCriteria() {}

    static List<Criterion> of(List<Criterion> filter) {
        return filter.stream()
                .map(criterion -> isNoPrompt(criterion)
                        ? new Criterion(Subject.TAG, PROMPT_TAG, Operator.IS_NULL, List.of())
                        : criterion)
                .toList();
    }

    private static boolean isNoPrompt(Criterion criterion) {
        return criterion.subject() == Subject.TAG
                && criterion.key().equals(PROMPT_TAG)
                && (criterion.operator() == Operator.EQUAL && criterion.values().equals(List.of("false"))
                        || criterion.operator() == Operator.NOT_EQUAL
                                && criterion.values().equals(List.of("true")));
    }
}
