/** Speaks to a running server over its public API, with a token and a certificate authority. */
package org.millwright.cli.client;
