/**
 * Reads the YAML files that users of Azure ML's command line know: jobs, schedules, online endpoints and deployments.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Everything that is wrong with a file is reported at once, each with file, line and column.
 *   <li>A key is either obeyed, or refused by name; none is passed over in silence.
 *   <li>Reading a file runs nothing and sends nothing.
 * </ol>
 */
@NullMarked
package org.millwright.cli.yaml;

import org.jspecify.annotations.NullMarked;
