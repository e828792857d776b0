/**
 * What the OpenAPI description of our REST API says beyond what SmallRye finds in the resources: the permission that each
 * operation needs, how operations are refused, what is optional, and the words, which are those of the Javadoc.
 *
 * <p>It runs while {@code wire-rest} is built and is no part of the server. A resource that it cannot describe truly fails
 * that build, and the message says what the resource lacks.
 */
@NullMarked
package org.millwright.wire.description;

import org.jspecify.annotations.NullMarked;
