/** Jobs and tracked runs: the list, and one run with its log, metrics, files and code. */
@NullMarked
package org.millwright.portal.job;

import org.jspecify.annotations.NullMarked;
