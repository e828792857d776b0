package org.millwright.data;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.millwright.shared.Refused;

/** An artifact store for tests that keeps files as arrays. */
public class InMemoryArtifactStore implements ArtifactStore {
    private final ConcurrentSkipListMap<String, byte[]> files = new ConcurrentSkipListMap<>();
    private final Instant modifiedAt = Instant.parse("2026-11-22T12:00:00Z");

    @Override
    public synchronized List<StoredFile> list(ArtifactPath folder) {
        var prefix = folder.value().isEmpty() ? "" : folder.value() + "/";
        var found = new TreeMap<String, StoredFile>();
        files.forEach((name, content) -> {
            if (name.startsWith(prefix)) {
                var rest = name.substring(prefix.length());
                var slash = rest.indexOf('/');
                var path = folder.resolve(slash < 0 ? rest : rest.substring(0, slash));
                found.put(path.value(), new StoredFile(path, slash >= 0, slash >= 0 ? 0 : content.length, modifiedAt));
            }
        });
        return new ArrayList<>(found.values());
    }

    @Override
    public synchronized Optional<StoredFile> find(ArtifactPath path) {
        var content = files.get(path.value());
        if (content != null) {
            return Optional.of(new StoredFile(path, false, content.length, modifiedAt));
        }
        return list(path).isEmpty() ? Optional.empty() : Optional.of(new StoredFile(path, true, 0, modifiedAt));
    }

    @Override
    public synchronized InputStream read(ArtifactPath file, long offset) {
        var content = files.get(file.value());
        if (content == null) {
            throw Refused.notFound("artifact", file);
        }
        var start = (int) Math.min(offset, content.length);
        return new ByteArrayInputStream(content, start, content.length - start);
    }

    @Override
    public StoredFile write(ArtifactPath file, InputStream content) throws IOException {
        var bytes = content.readAllBytes();
        synchronized (this) {
            for (var slash = file.value().indexOf('/');
                    slash > 0;
                    slash = file.value().indexOf('/', slash + 1)) {
                if (files.containsKey(file.value().substring(0, slash))) {
                    throw Refused.invalid("path", "a part of it is a file");
                }
            }
            if (file.value().isEmpty() || find(file).filter(StoredFile::folder).isPresent()) {
                throw Refused.invalid("path", "'%s' is a folder".formatted(file));
            }
            files.put(file.value(), bytes);
            return new StoredFile(file, false, bytes.length, modifiedAt);
        }
    }

    @Override
    public synchronized void delete(ArtifactPath path) {
        files.keySet().removeIf(name -> new ArtifactPath(name).startsWith(path));
    }
}
