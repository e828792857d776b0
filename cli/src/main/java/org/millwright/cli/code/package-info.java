/** Packs folders of code and data for the way to the server: the same files always become the same bytes. */
@NullMarked
package org.millwright.cli.code;

import org.jspecify.annotations.NullMarked;
