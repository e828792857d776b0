/**
 * Identity providers that speak OpenID Connect: which there are, what they publish about themselves, whose signatures count,
 * and how people sign in with them. Only this package knows Nimbus, and where each provider departs from the standard.
 */
@NullMarked
package org.millwright.adapter.oidc;

import org.jspecify.annotations.NullMarked;
