package org.millwright.planted;

import jakarta.ws.rs.GET;

/** Not a wire, and its operation names no permission. */
class PlantedResource {
    @GET
    String get() {
        return "";
    }
}
