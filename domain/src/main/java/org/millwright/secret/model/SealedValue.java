package org.millwright.secret.model;

import org.millwright.access.SecretPlace;

/** A sealed value wherever it is kept. @param kept which of the places that keep such values, for who puts it back */
public record SealedValue(SecretPlace place, String kept, String sealed) {}
