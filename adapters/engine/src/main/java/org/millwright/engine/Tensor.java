package org.millwright.engine;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Values of one type in row-major order. Numbers lie unboxed in a buffer in the machine's byte order (a direct one is
 * handed to the engine without a copy), texts in an array.
 *
 * <p>The buffer belongs to whoever made the tensor: an input must stay valid until the run has ended.
 */
public final class Tensor {
    private static final ByteBuffer NO_NUMBERS = ByteBuffer.allocate(0);
    private static final String[] NO_TEXTS = {};

    private final Datatype datatype;
    private final long[] shape;
    private final int count;
    private final ByteBuffer numbers;
    private final String[] texts;

    private Tensor(Datatype datatype, long[] shape, ByteBuffer numbers, String[] texts, long held) {
        this.datatype = datatype;
        this.shape = shape;
        this.count = count(shape);
        if (held != count) {
            throw new IllegalArgumentException(
                    "%d values do not fill the shape, which takes %d".formatted(held, count));
        }
        this.numbers = numbers;
        this.texts = texts;
    }

    /** @param values from position 0 to the limit, exactly as many as the shape says */
    public static Tensor numbers(Datatype datatype, long[] shape, ByteBuffer values) {
        if (datatype == Datatype.BYTES) {
            throw new IllegalArgumentException("texts are not numbers");
        }
        var numbers = values.order(ByteOrder.nativeOrder());
        return new Tensor(datatype, shape.clone(), numbers, NO_TEXTS, numbers.limit() / datatype.bytes());
    }

    public static Tensor texts(long[] shape, String[] values) {
        return new Tensor(Datatype.BYTES, shape.clone(), NO_NUMBERS, values, values.length);
    }

    /** All zeros, false or empty: something to warm a model up with. */
    public static Tensor zeros(Datatype datatype, long[] shape) {
        var count = count(shape);
        if (datatype == Datatype.BYTES) {
            var texts = new String[count];
            Arrays.fill(texts, "");
            return texts(shape, texts);
        }
        return numbers(datatype, shape, ByteBuffer.allocateDirect(Math.multiplyExact(count, datatype.bytes())));
    }

    private static int count(long[] shape) {
        var count = 1L;
        for (var size : shape) {
            count = Math.multiplyExact(count, size);
        }
        return Math.toIntExact(count);
    }

    public Datatype datatype() {
        return datatype;
    }

    public long[] shape() {
        return shape.clone();
    }

    public int rank() {
        return shape.length;
    }

    public long size(int dimension) {
        return shape[dimension];
    }

    /** How many elements there are. */
    public int count() {
        return count;
    }

    /** The numbers as bytes, ready to read from position 0; empty for texts. */
    public ByteBuffer bytes() {
        return numbers.duplicate().order(ByteOrder.nativeOrder()).rewind();
    }

    String[] texts() {
        return texts;
    }

    public String text(int index) {
        return texts[index];
    }

    public float fp32(int index) {
        return numbers.getFloat(index * Float.BYTES);
    }

    public double fp64(int index) {
        return numbers.getDouble(index * Double.BYTES);
    }

    public float fp16(int index) {
        return Float.float16ToFloat(numbers.getShort(index * Short.BYTES));
    }

    public boolean bool(int index) {
        return numbers.get(index) != 0;
    }

    /** The element of any whole-number type. */
    public long whole(int index) {
        return switch (datatype) {
            case INT8 -> numbers.get(index);
            case UINT8 -> Byte.toUnsignedLong(numbers.get(index));
            case INT16 -> numbers.getShort(index * Short.BYTES);
            case INT32 -> numbers.getInt(index * Integer.BYTES);
            case INT64 -> numbers.getLong(index * Long.BYTES);
            case BOOL, FP16, FP32, FP64, BYTES -> throw new IllegalStateException(datatype + " is not a whole number");
        };
    }
}
