package org.millwright.planted;

/** Closes a cycle with the other planted context. */
public final class PlantedRoot {
    org.millwright.plantedother.PlantedOther other;
}
