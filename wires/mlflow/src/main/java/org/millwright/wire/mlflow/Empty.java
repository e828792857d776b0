package org.millwright.wire.mlflow;

/** {@code {}}: it was done and there is nothing to say about it. */
record Empty() {
    static final Empty DONE = new Empty();
}
