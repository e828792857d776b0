package org.millwright.endpoint.model;

/** The two keys of an endpoint, in the clear. Either opens it. */
public record EndpointKeys(String primary, String secondary) {}
