package org.millwright.wire.planted;

import org.millwright.registry.model.ModelRepository;

/** A wire must not go around the use cases. */
class PlantedShortcut {
    ModelRepository models;
}
