package org.millwright.wire.http;

/** On how much an operation needs its permission. */
public enum Extent {
    /** On all of the workspace that the request is about. */
    WORKSPACE,
    /** In any workspace, because the operation is about the caller, or answers only what they may see. */
    ANYWHERE,
    /** On the whole server. */
    SERVER
}
