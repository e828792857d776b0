/**
 * The way from data to what answers: data set, run, logged model, model version, deployment, and back.
 *
 * <p>It keeps nothing of its own. It asks the contexts that know each step, through what they publish, and puts the
 * answers together. Nobody depends on it but wires and the studio.
 */
@NullMarked
package org.millwright.lineage;

import org.jspecify.annotations.NullMarked;
