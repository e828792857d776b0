package org.millwright.access;

/**
 * Where a request came from.
 *
 * @param address of the client, as the connection or a trusted proxy tells it
 * @param client what the client calls itself (User-Agent); empty when it does not say
 * @param request names this one request in logs and on the audit trail
 * @param operation the method and path, without what follows the question mark, where secrets may stand
 */
public record Origin(String address, String client, String request, String operation) {

    /** Work that no request asked for. */
    public static final Origin SERVER = new Origin("", "", "", "");
}
