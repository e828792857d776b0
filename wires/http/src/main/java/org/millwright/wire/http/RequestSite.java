package org.millwright.wire.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Set;

/**
 * Whose page made a browser send a request. Browsers say so by Fetch Metadata and {@code Origin}; what is no browser says
 * nothing, and brings no cookie that another could make use of.
 */
final class RequestSite {
    private static final int HTTPS = 443;

    private static final Set<String> SAFE_METHODS = Set.of("GET", "HEAD", "OPTIONS");

    private RequestSite() {}

    /** Whether it would change something, and a page that is not ours sent it. A page of the same site is not ours either. */
    static boolean isForgery(HttpServletRequest request) {
        if (SAFE_METHODS.contains(request.getMethod())) {
            return false;
        }
        var site = request.getHeader("Sec-Fetch-Site");
        if (site != null) {
            return !site.equals("same-origin") && !site.equals("none");
        }
        var origin = request.getHeader("Origin");
        return origin != null && !origin.endsWith("://" + authority(request));
    }

    /** Whether somebody typed the address or opened it from outside the browser: no page led there, nor is it fetched in advance. */
    static boolean isOpenedByHand(HttpServletRequest request) {
        return "none".equals(request.getHeader("Sec-Fetch-Site")) && request.getHeader("Sec-Purpose") == null;
    }

    /** Host and port as the browser knows them. HTTP/2 has no such header; the container knows them then. */
    private static String authority(HttpServletRequest request) {
        var host = request.getHeader("Host");
        if (host != null) {
            return host;
        }
        var port = request.getServerPort();
        return request.getServerName() + (port == HTTPS ? "" : ":" + port);
    }
}
