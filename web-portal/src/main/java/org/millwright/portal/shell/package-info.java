/**
 * What all pages of the studio share: the frame around them, where state is read from the address, how quantities are
 * worded, and what becomes of refusals.
 *
 * <p>Views are stateless: everything a page shows follows from its address, so the back button works, a page may be
 * reloaded or sent to somebody else, and any server may answer the next request. The areas beside this package know it;
 * it knows none of them.
 */
@NullMarked
package org.millwright.portal.shell;

import org.jspecify.annotations.NullMarked;
