package org.millwright.cli.server;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Properties;
import org.millwright.cli.CommandFailed;

/**
 * What the data folder says about itself, so that an older Millwright leaves the folder of a newer one alone.
 *
 * @param number the layout of the folder
 * @param schema the newest migration that was applied to its database, empty if none was
 * @param writer the version of Millwright that wrote this
 */
record FolderFormat(int number, SchemaVersion schema, String writer) {
    /** The layout that this Millwright reads and writes. */
    static final int CURRENT = 1;

    static FolderFormat read(DataFolder folder) throws IOException {
        var properties = new Properties();
        try {
            properties.load(new StringReader(Files.readString(file(folder))));
        } catch (NoSuchFileException fresh) {
            return new FolderFormat(CURRENT, SchemaVersion.NONE, "");
        }
        try {
            return new FolderFormat(
                    Integer.parseInt(properties.getProperty("format", "").strip()),
                    SchemaVersion.parse(properties.getProperty("schema", "")),
                    properties.getProperty("millwright", "unknown"));
        } catch (IllegalArgumentException unreadable) {
            throw CommandFailed.refused(
                    "%s does not say which format the data folder has".formatted(file(folder)),
                    "Restore that file from a backup, or choose another folder with --data DIR.");
        }
    }

    void write(DataFolder folder) throws IOException {
        PrivateFiles.write(
                file(folder), "format=%d\nschema=%s\nmillwright=%s\n".formatted(number, schema.text(), writer));
    }

    /** @throws CommandFailed if a newer Millwright wrote the folder */
    void requireReadable(DataFolder folder, SchemaVersion newestKnown) {
        if (number > CURRENT) {
            throw newer(folder, "has format %d, and this one knows %d".formatted(number, CURRENT));
        }
        if (schema.isNewerThan(newestKnown)) {
            throw newer(folder, "has schema %s, and this one knows %s".formatted(schema, newestKnown));
        }
    }

    private CommandFailed newer(DataFolder folder, String why) {
        return CommandFailed.refused(
                "The data folder %s was written by a newer Millwright (%s): it %s"
                        .formatted(folder.root(), writer, why),
                "Update this checkout, or choose another folder with --data DIR. Nothing was changed.");
    }

    private static Path file(DataFolder folder) {
        return folder.root().resolve("format");
    }
}
