/**
 * Starts and stops a server on this machine: one data folder, one PostgreSQL, one Open Liberty, all children of this process.
 *
 * <p>Invariants:
 *
 * <ol>
 *   <li>Who holds the lock of a {@link org.millwright.cli.server.DataFolder} may write in it and start processes on it; the kernel gives the
 *       lock back however its holder ends.
 *   <li>Every process that was started is written down with its start time before it is waited for, so the next holder finds what is left.
 *   <li>PostgreSQL starts before Open Liberty and stops after it.
 *   <li>Nothing here ends the processes of running jobs.
 * </ol>
 */
package org.millwright.cli.server;
