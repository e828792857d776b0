/** The way to the receivers of webhooks: which addresses may be reached, and how, so that nobody is led into our network. */
@NullMarked
package org.millwright.adapter.webhook;

import org.jspecify.annotations.NullMarked;
