/** Who may do what: roles given and denied, people and groups, and why somebody may or may not. */
@NullMarked
package org.millwright.portal.access;

import org.jspecify.annotations.NullMarked;
