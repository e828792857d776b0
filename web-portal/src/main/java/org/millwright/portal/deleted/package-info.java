/** What lies in the workspace's bin. */
@NullMarked
package org.millwright.portal.deleted;

import org.jspecify.annotations.NullMarked;
