package org.millwright.portal.job;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrail;
import org.millwright.access.Permission;
import org.millwright.data.ContentDigest;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.experiment.app.Snapshots;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Field;
import org.millwright.portal.shell.Wording;
import org.millwright.shared.Refused;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;

/** What a job ran with: its code, as it was submitted, and its packages. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class RunCode {
    private static final int MOST_FILES = 2_000;
    private static final int MOST_LIST_BYTES = 1 << 20;

    /** Bytes that are unpacked for one page: a small zip may hold as many as somebody likes. */
    private static final long MOST_UNPACKED = 128L << 20;

    private final Address address;
    private final RunPage run;
    private final Snapshots snapshots;
    private final RunArtifacts artifacts;
    private final AuditTrail trail;
    private final CurrentCaller caller;
    private @Nullable Listing listing;

    @Inject
    public RunCode(
            Address address,
            RunPage run,
            Snapshots snapshots,
            RunArtifacts artifacts,
            AuditTrail trail,
            CurrentCaller caller) {
        this.caller = caller;
        this.trail = trail;
        this.address = address;
        this.run = run;
        this.snapshots = snapshots;
        this.artifacts = artifacts;
    }

    @SuppressWarnings("NullAway")
    protected RunCode() {
        this(null, null, null, null, null, null);
    }

    /** A file of the snapshot. */
    public record SourceFile(String path, String size) {}

    /** @param selected the file that is looked at @param preview what of it can be shown @param cut whether there are more */
    record Listing(
            List<SourceFile> files,
            @Nullable SourceFile selected,
            @Nullable Preview preview,
            boolean cut) {
        static final Listing EMPTY = new Listing(List.of(), null, null, false);
    }

    private @Nullable ContentDigest code() {
        var job = run.current().job();
        return job == null ? null : job.code();
    }

    private Listing listing() {
        var known = listing;
        if (known == null) {
            var code = code();
            known = code == null ? Listing.EMPTY : read(code);
            listing = known;
        }
        return known;
    }

    private Listing read(ContentDigest code) {
        trail.read("snapshot", caller.workspace(), code.value(), null);
        try (var content = snapshots.read(code)) {
            return read(content, address.text("file"), MOST_UNPACKED);
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read the snapshot " + code, broken);
        }
    }

    /**
     * Lists a zip without more than a part of one file in memory.
     *
     * @param wanted the path to look at; else the first
     * @param most bytes to unpack
     */
    static Listing read(InputStream content, String wanted, long most) throws IOException {
        var files = new ArrayList<SourceFile>();
        SourceFile selected = null;
        Preview preview = null;
        var left = most;
        try (var zip = new ZipInputStream(content)) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.isDirectory()) {
                    continue;
                }
                var start = zip.readNBytes(Preview.MOST_BYTES);
                var size = start.length + zip.skip(left);
                left -= size;
                if (files.size() == MOST_FILES || left <= 0) {
                    return new Listing(List.copyOf(files), selected, preview, true);
                }
                var file = new SourceFile(entry.getName(), Wording.bytes(size));
                files.add(file);
                if (selected == null || file.path().equals(wanted)) {
                    selected = file;
                    preview = Preview.of(start, size > start.length);
                }
            }
        }
        return new Listing(List.copyOf(files), selected, preview, false);
    }

    public List<SourceFile> getFiles() {
        return listing().files();
    }

    /** Whether the snapshot has more than is listed. */
    public boolean isCut() {
        return listing().cut();
    }

    public String getDigest() {
        var code = code();
        return code == null ? "" : code.value();
    }

    /** The file that is looked at: the one in the address, or the first. */
    public @Nullable SourceFile getSelected() {
        return listing().selected();
    }

    public @Nullable Preview getPreview() {
        return listing().preview();
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

    /** Of a registered environment, its name and version; empty when the packages were written out. */
    public String getEnvironmentName() {
        var job = run.current().job();
        return job == null || job.environment().name() == null
                ? ""
                : job.environment().name();
    }

    public String getEnvironmentLink() {
        var name = getEnvironmentName();
        var colon = name.indexOf(':');
        return colon < 0
                ? "environments.xhtml"
                : "environments.xhtml?name=%s&version=%s"
                        .formatted(name.substring(0, colon), name.substring(colon + 1));
    }

    public String getImage() {
        var job = run.current().job();
        return job == null || job.environment().image() == null
                ? ""
                : job.environment().image();
    }

    /** Exactly what was installed, all that the packages need among it; empty before that is known. */
    public List<String> getInstalled() {
        var file = run.current().artifacts().resolve("environment/packages.txt");
        try (var content = artifacts.read(caller.workspace(), file, 0)) {
            return new String(content.readNBytes(MOST_LIST_BYTES), StandardCharsets.UTF_8)
                    .lines()
                    .toList();
        } catch (Refused notYet) {
            return List.of();
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read " + file, broken);
        }
    }

    public List<Field> getVariables() {
        var job = run.current().job();
        return job == null ? List.of() : Field.of(job.variables());
    }
}
