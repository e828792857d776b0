package org.millwright.portal.job;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.millwright.data.ArtifactPath;
import org.millwright.data.StoredFile;
import org.millwright.portal.shell.Wording;
import org.primefaces.model.DefaultTreeNode;
import org.primefaces.model.TreeNode;

/** The files of a run as a tree, folders first. Very large ones are cut, and say so. */
public final class FileTree {
    private static final int MOST_ENTRIES = 1_000;

    /** Lists a folder. */
    @FunctionalInterface
    public interface Listing {
        List<StoredFile> of(ArtifactPath folder) throws IOException;
    }

    /** One file or folder. @param path below the run's root; @param size empty for a folder */
    public record Entry(String name, String path, boolean folder, String size) {}

    private final Listing listing;
    private final ArtifactPath root;
    private int entries;

    private FileTree(Listing listing, ArtifactPath root) {
        this.listing = listing;
        this.root = root;
    }

    /** @param cut whether there is more than is shown */
    public record Read(TreeNode<Entry> root, int entries, boolean cut) {}

    public static Read read(Listing listing, ArtifactPath root) throws IOException {
        var tree = new FileTree(listing, root);
        var node = new DefaultTreeNode<>(new Entry("", "", true, ""), null);
        tree.fill(node, root);
        return new Read(node, tree.entries, tree.entries >= MOST_ENTRIES);
    }

    private void fill(TreeNode<Entry> parent, ArtifactPath folder) throws IOException {
        var files = new ArrayList<>(listing.of(folder));
        files.sort(Comparator.comparing(StoredFile::folder)
                .reversed()
                .thenComparing(file -> file.path().name(), String.CASE_INSENSITIVE_ORDER));
        for (var file : files) {
            if (entries >= MOST_ENTRIES) {
                return;
            }
            entries++;
            var node = new DefaultTreeNode<>(
                    file.folder() ? "folder" : "file",
                    new Entry(
                            file.path().name(),
                            file.path().value().substring(root.value().length() + 1),
                            file.folder(),
                            file.folder() ? "" : Wording.bytes(file.size())),
                    parent);
            node.setExpanded(true);
            if (file.folder()) {
                fill(node, file.path());
            }
        }
    }
}
