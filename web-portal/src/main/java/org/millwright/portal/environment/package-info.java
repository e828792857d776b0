/** The environments that jobs of a workspace can name. */
@NullMarked
package org.millwright.portal.environment;

import org.jspecify.annotations.NullMarked;
