package org.millwright.engine;

import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.Objects;

/** The checked-in models; src/test/python/make_models.py says what each of them does. */
final class Models {
    private Models() {}

    static Path file(String name) {
        try {
            return Path.of(Objects.requireNonNull(Models.class.getResource("/models/" + name), name)
                    .toURI());
        } catch (URISyntaxException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    static Tensor floats(long rows, long columns, float... values) {
        var buffer = ByteBuffer.allocateDirect(values.length * Float.BYTES).order(ByteOrder.nativeOrder());
        buffer.asFloatBuffer().put(values);
        return Tensor.numbers(Datatype.FP32, new long[] {rows, columns}, buffer);
    }

    static Tensor wholes(Datatype datatype, long[] shape, long... values) {
        var buffer = ByteBuffer.allocateDirect(values.length * datatype.bytes()).order(ByteOrder.nativeOrder());
        for (var value : values) {
            switch (datatype) {
                case INT32 -> buffer.putInt((int) value);
                case INT64 -> buffer.putLong(value);
                default -> throw new IllegalArgumentException(datatype.name());
            }
        }
        return Tensor.numbers(datatype, shape, buffer.flip());
    }
}
