package org.millwright.access.model;

/** A way in through an identity provider. @param name in addresses, @param label on its button */
public record OfferedProvider(String name, String label) {}
