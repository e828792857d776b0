package org.millwright.compute.spi;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Objects;

/** The Python by which scripts of ours keep secrets out of the logs of jobs, wherever those run. */
public final class MaskingScript {
    /** What it is called beside the scripts that import it. */
    public static final String NAME = "masking.py";

    private MaskingScript() {}

    /** Its text, in UTF-8. */
    public static byte[] content() {
        try (var script = Objects.requireNonNull(MaskingScript.class.getResourceAsStream(NAME))) {
            return script.readAllBytes();
        } catch (IOException broken) {
            throw new UncheckedIOException("%s cannot be read from this program".formatted(NAME), broken);
        }
    }
}
