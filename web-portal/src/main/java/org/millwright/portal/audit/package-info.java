/** The audit trail: who did what, when and from where, what it was before and after, and what was refused. */
@NullMarked
package org.millwright.portal.audit;

import org.jspecify.annotations.NullMarked;
