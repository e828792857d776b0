/** The experiments of a workspace. */
@NullMarked
package org.millwright.portal.experiment;

import org.jspecify.annotations.NullMarked;
