/** Reads the description that MLflow's clients write beside a model. */
@NullMarked
package org.millwright.adapter.mlmodel;

import org.jspecify.annotations.NullMarked;
