/**
 * Moves work between servers and folders: the whole of a workspace, with the ids, numbers and times that things have where
 * they come from. Everything here may be stopped at any moment and begun again; what is there already stays.
 */
@org.jspecify.annotations.NullMarked
package org.millwright.cli.transfer;
