/** Service principals in the studio: which there are, and what they sign in by. */
@NullMarked
package org.millwright.portal.service;

import org.jspecify.annotations.NullMarked;
