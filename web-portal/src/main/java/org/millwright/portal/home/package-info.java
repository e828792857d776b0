/** The first page: what runs, what failed, and how to begin. */
@NullMarked
package org.millwright.portal.home;

import org.jspecify.annotations.NullMarked;
