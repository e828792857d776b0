package org.millwright.wire.planted;

import org.millwright.wire.plantedtwo.OtherWire;

/** A wire must not lean on another. */
class PlantedWire {
    OtherWire other;
}
