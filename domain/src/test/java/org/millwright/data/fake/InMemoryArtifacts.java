package org.millwright.data.fake;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.millwright.data.ArtifactPath;
import org.millwright.data.ArtifactStore;
import org.millwright.data.StoredFile;
import org.millwright.shared.Refused;
import org.millwright.shared.fake.SettableClock;

/** Files in memory. */
public final class InMemoryArtifacts implements ArtifactStore {
    private final Map<String, byte[]> files = new TreeMap<>();

    @Override
    public List<StoredFile> list(ArtifactPath folder) {
        var prefix = folder.value().isEmpty() ? "" : folder.value() + "/";
        var found = new HashMap<String, StoredFile>();
        files.forEach((path, content) -> {
            if (path.startsWith(prefix)) {
                var rest = path.substring(prefix.length());
                var slash = rest.indexOf('/');
                var child = folder.resolve(slash < 0 ? rest : rest.substring(0, slash));
                found.put(child.value(), file(child, slash >= 0, content));
            }
        });
        return found.values().stream()
                .sorted(Comparator.comparing(file -> file.path().value()))
                .toList();
    }

    @Override
    public Optional<StoredFile> find(ArtifactPath path) {
        var content = files.get(path.value());
        if (content != null) {
            return Optional.of(file(path, false, content));
        }
        return list(path).isEmpty() ? Optional.empty() : Optional.of(file(path, true, new byte[0]));
    }

    @Override
    public InputStream read(ArtifactPath file, long offset) {
        var content = files.get(file.value());
        if (content == null) {
            throw Refused.notFound("artifact", file);
        }
        var from = (int) Math.min(offset, content.length);
        return new ByteArrayInputStream(content, from, content.length - from);
    }

    @Override
    public StoredFile write(ArtifactPath file, InputStream content) throws IOException {
        var bytes = content.readAllBytes();
        files.put(file.value(), bytes);
        return file(file, false, bytes);
    }

    @Override
    public void delete(ArtifactPath path) {
        files.keySet().removeIf(file -> new ArtifactPath(file).startsWith(path));
    }

    private static StoredFile file(ArtifactPath path, boolean folder, byte[] content) {
        return new StoredFile(path, folder, folder ? 0 : content.length, SettableClock.NOON);
    }
}
