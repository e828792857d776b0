package org.millwright.endpoint.model;

/** The two keys of an endpoint, in the clear. Either opens it. */
public record EndpointKeys(String primary, String secondary) {
    /** Without the keys: what is printed ends in logs. */
    @Override
    public String toString() {
        return "EndpointKeys";
    }
}
