package org.millwright.planted;

import jakarta.faces.context.FacesContext;

/** Nobody but the studio knows Faces. */
class PlantedFaces {
    FacesContext context;
}
