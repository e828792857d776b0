package org.millwright.portal.planted;

import jakarta.inject.Named;

/** A view bean must name its permission. */
@Named
class PlantedView {}
