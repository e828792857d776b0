/** What starts by itself, when next, and how it went. */
@NullMarked
package org.millwright.portal.schedule;

import org.jspecify.annotations.NullMarked;
