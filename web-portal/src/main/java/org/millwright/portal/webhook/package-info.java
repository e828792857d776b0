/** Receivers outside that are told of what happens, and what became of telling them. */
package org.millwright.portal.webhook;
