package org.millwright.portal.job;

import jakarta.enterprise.context.RequestScoped;
import jakarta.inject.Inject;
import jakarta.inject.Named;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.millwright.access.AuditTrail;
import org.millwright.access.Permission;
import org.millwright.data.ArtifactPath;
import org.millwright.data.StoredFile;
import org.millwright.experiment.app.RunArtifacts;
import org.millwright.portal.shell.Address;
import org.millwright.portal.shell.Query;
import org.millwright.portal.shell.Wording;
import org.millwright.wire.http.CurrentCaller;
import org.millwright.wire.http.Requires;
import org.primefaces.model.TreeNode;

/** The files that a run wrote: the tree, and a look into one of them. */
@Named
@RequestScoped
@Requires(Permission.EXPERIMENT_READ)
public class RunFiles {
    private final Address address;
    private final CurrentCaller caller;
    private final RunPage run;
    private final RunArtifacts files;
    private final AuditTrail trail;
    private FileTree.@Nullable Read tree;
    private @Nullable StoredFile selected;
    private @Nullable Preview preview;

    @Inject
    public RunFiles(Address address, CurrentCaller caller, RunPage run, RunArtifacts files, AuditTrail trail) {
        this.trail = trail;
        this.address = address;
        this.caller = caller;
        this.run = run;
        this.files = files;
    }

    @SuppressWarnings("NullAway")
    protected RunFiles() {
        this(null, null, null, null, null);
    }

    private FileTree.Read tree() {
        if (tree == null) {
            try {
                tree = FileTree.read(
                        folder -> files.list(caller.workspace(), folder),
                        run.current().artifacts());
            } catch (IOException broken) {
                throw new UncheckedIOException("Cannot list the files of run " + run.getId(), broken);
            }
        }
        return tree;
    }

    public TreeNode<FileTree.Entry> getRoot() {
        return tree().root();
    }

    public boolean isNothing() {
        return tree().entries() == 0;
    }

    public boolean isCut() {
        return tree().cut();
    }

    public String getCount() {
        return Wording.count(tree().entries(), "entry").replace("entrys", "entries");
    }

    /** The file that is looked at; empty for none. */
    public String getSelected() {
        return address.text("file");
    }

    private StoredFile selected() {
        if (selected == null) {
            try {
                selected =
                        files.find(caller.workspace(), run.current().artifacts().resolve(getSelected()));
            } catch (IOException broken) {
                throw new UncheckedIOException("Cannot find " + getSelected(), broken);
            }
        }
        return selected;
    }

    public String getSelectedName() {
        return selected().path().name();
    }

    public String getSelectedSize() {
        return Wording.bytes(selected().size());
    }

    public java.time.Instant getSelectedTime() {
        return selected().modifiedAt();
    }

    public Preview getPreview() {
        if (preview == null) {
            preview = Preview.isImage(getSelectedName()) ? Preview.image() : read();
        }
        return preview;
    }

    private Preview read() {
        trail.read("file", caller.workspace(), run.getId(), getSelected());
        try (var content = files.read(caller.workspace(), selected().path(), 0)) {
            return Preview.of(content.readNBytes(Preview.MOST_BYTES), selected().size() > Preview.MOST_BYTES);
        } catch (IOException broken) {
            throw new UncheckedIOException("Cannot read " + getSelected(), broken);
        }
    }

    /** Where the file can be downloaded. */
    public String getDownload() {
        return download(new ArtifactPath(getSelected()));
    }

    private String download(ArtifactPath path) {
        return "/api/v1/workspaces/%s/jobs/%s/files/%s"
                .formatted(
                        caller.workspace(),
                        run.getId(),
                        Arrays.stream(path.value().split("/"))
                                .map(segment -> Query.encode(segment).replace("+", "%20"))
                                .collect(Collectors.joining("/")));
    }
}
