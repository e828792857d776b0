package org.millwright.wire.plantedtwo;

/** What another wire must not lean on. */
public class OtherWire {}
