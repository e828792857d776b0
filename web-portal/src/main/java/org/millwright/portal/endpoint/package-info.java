/** Endpoints: deployments, traffic, keys, and a form to try them. */
@NullMarked
package org.millwright.portal.endpoint;

import org.jspecify.annotations.NullMarked;
