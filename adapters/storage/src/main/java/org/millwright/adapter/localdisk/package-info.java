/** Keeps artifacts in a folder of the server's own disk: the embedded default. */
package org.millwright.adapter.localdisk;
