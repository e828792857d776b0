package org.millwright.data;

import java.time.Instant;

/** A file or folder in an artifact store. @param size bytes; 0 for a folder */
public record StoredFile(ArtifactPath path, boolean folder, long size, Instant modifiedAt) {}
