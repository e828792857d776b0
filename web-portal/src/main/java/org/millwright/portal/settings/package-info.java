/** What the people of a workspace decide about it. */
@NullMarked
package org.millwright.portal.settings;

import org.jspecify.annotations.NullMarked;
