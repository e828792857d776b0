/** Registered models, their versions, and the way to an endpoint. */
@NullMarked
package org.millwright.portal.model;

import org.jspecify.annotations.NullMarked;
