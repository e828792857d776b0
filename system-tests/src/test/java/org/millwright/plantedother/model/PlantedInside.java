package org.millwright.plantedother.model;

/** What another context must not touch. */
public final class PlantedInside {}
