/** The pools that work runs on, and who waits for them. */
@NullMarked
package org.millwright.portal.compute;

import org.jspecify.annotations.NullMarked;
