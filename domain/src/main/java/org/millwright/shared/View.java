package org.millwright.shared;

/** Whether a search sees what was deleted and can still be restored. */
public enum View {
    ACTIVE,
    DELETED,
    ALL
}
