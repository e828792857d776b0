package org.millwright.planted.app;

import jakarta.servlet.http.HttpServletRequest;

/** A use case must not know requests. */
class PlantedUseCase {
    HttpServletRequest request;
}
