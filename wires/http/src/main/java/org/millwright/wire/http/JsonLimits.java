package org.millwright.wire.http;

import com.fasterxml.jackson.core.StreamReadConstraints;

/**
 * What JSON of a request may be. A small text can stand for much: a million brackets become a million objects, and a number
 * of a million digits costs minutes.
 */
public final class JsonLimits {
    /** For every reader of what clients send. */
    public static final StreamReadConstraints READING = StreamReadConstraints.builder()
            .maxDocumentLength(64L << 20)
            .maxTokenCount(2_000_000)
            .maxNestingDepth(200)
            .maxNumberLength(200)
            .maxNameLength(5_000)
            // MLflow allows the profile of a data set 16 million characters.
            .maxStringLength(20_000_000)
            .build();

    private JsonLimits() {}
}
