package org.millwright.access.model;

import java.time.Instant;

/**
 * Links up to this one were taken away, after somebody exported them: the chain goes on from its hash.
 *
 * @param archive SHA-256 of the file that they were exported to
 * @param by who took them away
 */
public record AuditCut(AuditHead last, String archive, Instant at, String by) {}
