package org.millwright.portal.job;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.Permission;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.app.Snapshots;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Field;
import org.millwright.portal.shell.Wording;
import org.millwright.wire.http.Requires;

/** What a job ran with: its code, as it was submitted, and its packages. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class RunCode {
    private static final int MOST_FILES = 2_000;

    private final Address address;
    private final RunPage run;
    private final Snapshots snapshots;
    private @Nullable List<SourceFile> sources;

    @Inject
    public RunCode(Address address, RunPage run, Snapshots snapshots) {
        this.address = address;
        this.run = run;
        this.snapshots = snapshots;
    }

    @SuppressWarnings("NullAway")
    protected RunCode() {
        this(null, null, null);
    }

    /** A file of the snapshot. @param preview what of it can be shown */
    public record SourceFile(String path, String size, Preview preview) {}

    private @Nullable ContentDigest code() {
        var job = run.current().job();
        return job == null ? null : job.code();
    }

    private List<SourceFile> sources() {
        if (sources == null) {
            var code = code();
            sources = code == null ? List.of() : read(code);
        }
        return sources;
    }

    private List<SourceFile> read(ContentDigest code) {
        var files = new ArrayList<SourceFile>();
        try (var zip = new ZipInputStream(snapshots.read(code))) {
            for (var entry = zip.getNextEntry();
                    entry != null && files.size() < MOST_FILES;
                    entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    var start = zip.readNBytes(Preview.MOST_BYTES);
                    var rest = zip.skip(Long.MAX_VALUE);
                    files.add(new SourceFile(
                            entry.getName(), Wording.bytes(start.length + rest), Preview.of(start, rest > 0)));
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read the snapshot " + code, broken);
        }
        return List.copyOf(files);
    }

    public List<SourceFile> getFiles() {
        return sources();
    }

    public String getDigest() {
        var code = code();
        return code == null ? "" : code.value();
    }

    /** The file that is looked at: the one in the address, or the first. */
    public @Nullable SourceFile getSelected() {
        var wanted = address.text("file");
        return sources().stream()
                .filter(file -> file.path().equals(wanted))
                .findFirst()
                .orElse(sources().isEmpty() ? null : sources().getFirst());
    }

    public String getPython() {
        var job = run.current().job();
        return job == null || job.environment().pythonVersion() == null
                ? "as the compute target has it"
                : job.environment().pythonVersion();
    }

    public List<String> getPackages() {
        var job = run.current().job();
        return job == null ? List.of() : job.environment().packages();
    }

    public String getEnvironmentDigest() {
        var job = run.current().job();
        return job == null ? "" : job.environment().digest().value();
    }

    public List<Field> getVariables() {
        var job = run.current().job();
        return job == null ? List.of() : Field.of(job.variables());
    }
}
