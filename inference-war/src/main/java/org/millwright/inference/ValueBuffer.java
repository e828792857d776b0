package org.millwright.inference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.InputCoercionException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.millwright.engine.Datatype;
import org.millwright.engine.Tensor;
import org.millwright.engine.TensorSpec;

/**
 * Collects JSON values as one element type, unboxed, in memory that the engine reads without a copy.
 *
 * <p>What Python's clients send is understood: {@code NaN} and {@code Infinity}, {@code null} for a missing floating
 * value, {@code 3.0} for a whole number, {@code true} for 1. A number that the type cannot hold is refused.
 */
final class ValueBuffer {
    private static final int FIRST_BYTES = 2048;
    private static final double EXACT = 1L << 53;

    private final Datatype datatype;
    private final Arena arena;
    private final List<String> texts = new ArrayList<>(0);
    private ByteBuffer numbers;
    private int count;

    /** @param arena owns the memory; it must stay open as long as the tensor is used */
    ValueBuffer(TensorSpec spec, Arena arena) {
        this.datatype = spec.datatype();
        this.arena = arena;
        this.numbers = datatype == Datatype.BYTES ? ByteBuffer.allocate(0) : allocate(FIRST_BYTES);
    }

    private ByteBuffer allocate(long bytes) {
        return arena.allocate(bytes, Long.BYTES).asByteBuffer().order(ByteOrder.nativeOrder());
    }

    int count() {
        return count;
    }

    Tensor tensor(long... shape) {
        return datatype == Datatype.BYTES
                ? Tensor.texts(shape, texts.toArray(String[]::new))
                : Tensor.numbers(datatype, shape, numbers.flip());
    }

    /** Takes the value at the parser's current token. */
    void add(JsonParser parser, JsonToken token, Place place) throws IOException {
        if (datatype == Datatype.BYTES) {
            texts.add(text(parser, token, place));
        } else {
            if (numbers.remaining() < Long.BYTES) {
                grow(place);
            }
            switch (datatype) {
                case FP32 -> numbers.putFloat(fp32(parser, token, place));
                case FP64 -> numbers.putDouble(fp64(parser, token, place));
                case FP16 -> numbers.putShort(fp16(parser, token, place));
                case BOOL -> numbers.put(bool(parser, token, place));
                case UINT8 -> numbers.put((byte) whole(parser, token, place, 0, 255));
                case INT8 -> numbers.put((byte) whole(parser, token, place, Byte.MIN_VALUE, Byte.MAX_VALUE));
                case INT16 -> numbers.putShort((short) whole(parser, token, place, Short.MIN_VALUE, Short.MAX_VALUE));
                case INT32 -> numbers.putInt((int) whole(parser, token, place, Integer.MIN_VALUE, Integer.MAX_VALUE));
                case INT64 -> numbers.putLong(whole(parser, token, place, Long.MIN_VALUE, Long.MAX_VALUE));
                case BYTES -> throw new IllegalStateException();
            }
        }
        count++;
    }

    private void grow(Place place) {
        var bytes = numbers.capacity() * 2L;
        if (bytes > Integer.MAX_VALUE) {
            throw Refusal.badInput(place, ": there are too many values for one request");
        }
        var larger = allocate(bytes);
        numbers = larger.put(numbers.flip());
    }

    private float fp32(JsonParser parser, JsonToken token, Place place) throws IOException {
        return switch (token) {
            case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> {
                var value = parser.getFloatValue();
                if (Float.isInfinite(value)) {
                    refuseOverflow(parser, place);
                }
                yield value;
            }
            default -> (float) unusual(parser, token, place);
        };
    }

    private double fp64(JsonParser parser, JsonToken token, Place place) throws IOException {
        return switch (token) {
            case VALUE_NUMBER_FLOAT, VALUE_NUMBER_INT -> {
                var value = parser.getDoubleValue();
                if (Double.isInfinite(value)) {
                    refuseOverflow(parser, place);
                }
                yield value;
            }
            default -> unusual(parser, token, place);
        };
    }

    private short fp16(JsonParser parser, JsonToken token, Place place) throws IOException {
        var value = fp32(parser, token, place);
        var half = Float.floatToFloat16(value);
        if (Float.isInfinite(Float.float16ToFloat(half)) && !Float.isInfinite(value)) {
            refuseOverflow(parser, place);
        }
        return half;
    }

    /** What stands for a floating number without being written as one. */
    private double unusual(JsonParser parser, JsonToken token, Place place) throws IOException {
        return switch (token) {
            case VALUE_NULL -> Double.NaN;
            case VALUE_TRUE -> 1;
            case VALUE_FALSE -> 0;
            default -> throw Refusal.badInput(place, ": %s is not a number".formatted(words(parser, token)));
        };
    }

    private void refuseOverflow(JsonParser parser, Place place) throws IOException {
        var written = parser.getText();
        if (!written.contains("I")) { // "Infinity" was meant, 1e99 was not
            throw Refusal.badInput(place, ": %s is too large for %s".formatted(shorten(written), datatype));
        }
    }

    private long whole(JsonParser parser, JsonToken token, Place place, long least, long most) throws IOException {
        var value =
                switch (token) {
                    case VALUE_NUMBER_INT -> exact(parser, place);
                    case VALUE_NUMBER_FLOAT -> rounded(parser, place);
                    case VALUE_TRUE -> 1;
                    case VALUE_FALSE -> 0;
                    default ->
                        throw Refusal.badInput(place, ": %s is not a whole number".formatted(words(parser, token)));
                };
        if (value < least || value > most) {
            throw outside(parser, place);
        }
        return value;
    }

    private long exact(JsonParser parser, Place place) throws IOException {
        try {
            return parser.getLongValue();
        } catch (InputCoercionException tooLarge) {
            throw outside(parser, place);
        }
    }

    private long rounded(JsonParser parser, Place place) throws IOException {
        var value = parser.getDoubleValue();
        if (value != Math.rint(value) || Math.abs(value) > EXACT) { // NaN differs from itself
            throw Refusal.badInput(place, ": %s is not a whole number".formatted(shorten(parser.getText())));
        }
        return (long) value;
    }

    private Refusal outside(JsonParser parser, Place place) throws IOException {
        return Refusal.badInput(place, ": %s is outside of %s".formatted(shorten(parser.getText()), datatype));
    }

    private byte bool(JsonParser parser, JsonToken token, Place place) throws IOException {
        return switch (token) {
            case VALUE_TRUE -> 1;
            case VALUE_FALSE -> 0;
            case VALUE_NUMBER_INT -> (byte) whole(parser, token, place, 0, 1);
            default -> throw Refusal.badInput(place, ": %s is not true or false".formatted(words(parser, token)));
        };
    }

    private static String text(JsonParser parser, JsonToken token, Place place) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw Refusal.badInput(place, ": %s is not a text".formatted(words(parser, token)));
        }
        return parser.getText();
    }

    /** A value as an error message shows it. */
    static String words(JsonParser parser, JsonToken token) throws IOException {
        return switch (token) {
            case START_ARRAY -> "a list";
            case START_OBJECT -> "an object";
            case VALUE_STRING -> "'" + shorten(parser.getText()) + "'";
            default -> shorten(parser.getText());
        };
    }

    private static String shorten(String text) {
        return text.length() <= 40 ? text : text.substring(0, 37) + "...";
    }
}
