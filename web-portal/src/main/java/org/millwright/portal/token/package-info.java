/** The personal tokens of whoever is signed in. */
@NullMarked
package org.millwright.portal.token;

import org.jspecify.annotations.NullMarked;
