package org.millwright.engine;

/** The element types of tensors that can be served, by their names in the Open Inference Protocol v2. */
public enum Datatype {
    BOOL(1),
    UINT8(1),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    FP32(4),
    FP64(8),
    /** Text, UTF-8 where it is turned into bytes. It has no fixed size. */
    BYTES(0);

    private final int bytes;

    Datatype(int bytes) {
        this.bytes = bytes;
    }

    /** How many bytes one element takes; 0 for text. */
    public int bytes() {
        return bytes;
    }
}
