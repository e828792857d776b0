/** The secrets of the workspace. */
@NullMarked
package org.millwright.portal.secret;

import org.jspecify.annotations.NullMarked;
