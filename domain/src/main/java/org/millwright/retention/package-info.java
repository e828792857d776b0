/**
 * What becomes of deleted things: they lie in the bin, from which they can be restored, until they are purged, which cannot
 * be undone. Knows the other contexts; none of them knows it.
 *
 * <ol>
 *   <li>Only what is deleted is purged, and only when nothing that is still there needs it.
 *   <li>A purge is ordered in one transaction and carried out later: files first, then rows, in small batches. It may be
 *       cut off at any point and is then begun again; what it finds gone already is no error.
 *   <li>What was ordered is never restored. Its name stays taken until the last of its rows is gone.
 * </ol>
 *
 * <p>Out of scope: deleting and restoring, which the contexts do that own the things.
 */
package org.millwright.retention;
