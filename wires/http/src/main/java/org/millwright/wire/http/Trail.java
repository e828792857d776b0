package org.millwright.wire.http;

/** What an operation leaves on the audit trail when it was allowed. What is refused is told of in any case. */
public enum Trail {
    /**
     * It changes something: its rows tell, and when there are none, such as for files, the operation does. So it is for all
     * that say nothing else, but GET and HEAD.
     */
    CHANGE,
    /** It makes a row each time, and that tells; nobody has to look whether it did. For what is called very often. */
    ROW,
    /** It gives out a secret or data, and that is told before the first byte is. */
    READ,
    /** Nothing: it only looks something up, or belongs to what a run logs all the time. So it is for GET and HEAD. */
    NOTHING
}
