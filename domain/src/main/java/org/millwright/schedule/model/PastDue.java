package org.millwright.schedule.model;

import java.time.Instant;

/** What came of one due time, or of many in a row: an entry of a schedule's history. */
public sealed interface PastDue permits Firing, LeftOut {

    /** The due time, or the last of several. */
    Instant dueAt();
}
