package org.millwright.cli.yaml;

/**
 * Where a value was written, for messages that an editor can jump to.
 *
 * @param source the file as the user named it, or the option that gave the value
 * @param line from 1; 0 when the source has no lines
 * @param column from 1
 */
public record Place(String source, int line, int column) {

    /** A value that was given on the command line. */
    public static Place option(String option) {
        return new Place(option, 0, 0);
    }

    public static Place file(String file) {
        return new Place(file, 0, 0);
    }

    @Override
    public String toString() {
        return line == 0 ? source : "%s:%d:%d".formatted(source, line, column);
    }
}
