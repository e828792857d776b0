package org.millwright.wire.http;

/** On how much an operation needs its permission. */
public enum Extent {
    /**
     * In the workspace that the request is about. What can be given on single resources is needed on one at least; on which,
     * whoever reads them asks ({@link org.millwright.access.Authority}).
     */
    WORKSPACE,
    /** On the workspace at large, because the operation makes a resource that nobody can hold a role on yet. */
    NEW_RESOURCE,
    /** On all of the workspace without exception, because nobody asks again about single resources. */
    WHOLE_WORKSPACE,
    /** In any workspace, because the operation is about the caller, or answers only what they may see. */
    ANYWHERE,
    /** On the whole server. */
    SERVER
}
