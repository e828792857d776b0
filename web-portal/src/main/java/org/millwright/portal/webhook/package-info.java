/** Receivers outside that are told of what happens, and what became of telling them. */
@NullMarked
package org.millwright.portal.webhook;

import org.jspecify.annotations.NullMarked;
