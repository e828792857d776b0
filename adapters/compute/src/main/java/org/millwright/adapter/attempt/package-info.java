/**
 * What attempts have on the server's disk, whatever runs them: a folder each, with the log of each of their nodes.
 *
 * <p>Every driver brings what its nodes print into these files while they print it, so that reading on from an offset,
 * following, keeping and the log of a node that is lost are the same for all of them.
 */
package org.millwright.adapter.attempt;
