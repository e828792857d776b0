package org.millwright.wire.mlflow;

import org.jspecify.annotations.Nullable;
import org.millwright.data.StoredFile;

/** A file or folder in a listing. @param fileSize bytes; null for a folder */
record FileBody(String path, boolean isDir, @Nullable Long fileSize) {
    static FileBody of(String path, StoredFile file) {
        return new FileBody(path, file.folder(), file.folder() ? null : file.size());
    }
}
