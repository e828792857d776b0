package org.millwright.plantedother;

/** Closes a cycle with the first planted context. */
public final class PlantedOther {
    org.millwright.planted.PlantedRoot root;
}
