package org.millwright.wire.http;

/** On how much an operation needs its permission. */
public enum Extent {
    /** On the workspace that the request is about, or at least on something in it: repositories decide about each resource. */
    PART,
    /** On all of that workspace, because the operation is about all of it at once: an export, a list of several kinds. */
    WHOLE,
    /** In any workspace, because the operation is about the caller, or answers only what they may see. */
    ANYWHERE,
    /** On the whole server. */
    SERVER
}
