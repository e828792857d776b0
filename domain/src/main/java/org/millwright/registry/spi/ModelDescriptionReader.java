package org.millwright.registry.spi;

import org.millwright.registry.model.ModelDescription;

/** Reads {@code MLmodel} files, which are YAML of clients: text from outside, of any content. */
public interface ModelDescriptionReader {

    /** What is not understood is left out; never fails. */
    ModelDescription read(String mlmodel);
}
