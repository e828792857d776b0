package org.millwright.planted.model;

import org.millwright.plantedother.model.PlantedInside;

/** A context must not touch the inside of another. */
class PlantedIntruder {
    PlantedInside inside;
}
