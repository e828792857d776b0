package org.millwright.access.model;

/**
 * How far the chain goes. Noted outside of the server, it shows later that nothing before it was changed or cut away.
 *
 * @param sequence of the newest link; 0 before the first
 */
public record AuditHead(long sequence, String hash) {
    /** Before the first link. */
    public static final AuditHead START = new AuditHead(0, "0".repeat(64));
}
