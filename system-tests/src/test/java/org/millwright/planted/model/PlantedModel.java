package org.millwright.planted.model;

import jakarta.inject.Inject;

/** A model must not know injection. */
class PlantedModel {
    @Inject
    String injected;
}
