package org.millwright.planted.model;

import java.time.Instant;

/** A model must not ask for the time. */
class PlantedClock {
    Instant now() {
        return Instant.now();
    }
}
