/**
 * The MLflow REST protocol: what MLflow's clients of 2.x and 3.x send, answered from our runs and models.
 *
 * <p>It translates and keeps nothing of its own. Requests and answers are records of this package, read and written as
 * MLflow's servers do: names in snake_case, 64-bit integers as JSON numbers, empty lists left out, {@code {}} for
 * nothing to say. What is refused is worded by {@link org.millwright.wire.mlflow.MlflowError}.
 *
 * <p>Out of scope: everything of MLflow that is about generative AI (traces, prompts' own routes, evaluation data sets,
 * gateways), which is answered with {@code ENDPOINT_NOT_FOUND}.
 */
@NullMarked
package org.millwright.wire.mlflow;

import org.jspecify.annotations.NullMarked;
