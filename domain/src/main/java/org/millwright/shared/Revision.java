package org.millwright.shared;

/** How often an aggregate has been stored; a write that was decided on an older revision is refused. */
public record Revision(long value) {
    public static final Revision UNSAVED = new Revision(0);

    public boolean isUnsaved() {
        return value == 0;
    }
}
