package org.millwright.engine;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Looks at a file's outermost structure before the engine does, to tell a truncated upload from a file of another kind:
 * the engine answers "protobuf parsing failed" to both.
 *
 * <p>An ONNX file is one protocol-buffer message, ModelProto: a sequence of (field number, wire type, value), where the
 * graph is field 7 and carries its length in front.
 */
final class OnnxFileForm {
    private static final int VARINT = 0;
    private static final int FIXED64 = 1;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;
    private static final int GRAPH = 7;
    private static final int HIGHEST_FIELD = 64;

    private final FileChannel channel;
    private final long length;
    private final ByteBuffer single = ByteBuffer.allocate(1);
    private long position;

    private OnnxFileForm(FileChannel channel) throws IOException {
        this.channel = channel;
        this.length = channel.size();
    }

    /** @throws ModelLoadFailed if the file cannot be an ONNX model, saying what it looks like */
    static void check(Path file) {
        try (var channel = FileChannel.open(file)) {
            new OnnxFileForm(channel).check();
        } catch (IOException unreadable) {
            throw new ModelLoadFailed("the model file cannot be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private void check() throws IOException {
        if (length == 0) {
            throw new ModelLoadFailed("not an ONNX model: the file is empty");
        }
        refuseOtherKinds();
        var graphs = 0;
        while (position < length) {
            var tag = varint();
            var field = tag >>> 3;
            if (field < 1 || field > HIGHEST_FIELD) {
                throw notOnnx();
            }
            switch ((int) (tag & 7)) {
                case VARINT -> varint();
                case FIXED64 -> skip(Long.BYTES);
                case FIXED32 -> skip(Integer.BYTES);
                case LENGTH_DELIMITED -> {
                    skip(varint());
                    graphs += field == GRAPH ? 1 : 0;
                }
                default -> throw notOnnx();
            }
        }
        if (graphs == 0) {
            throw new ModelLoadFailed("not an ONNX model: it has no graph (the file may have been cut short)");
        }
    }

    private void refuseOtherKinds() throws IOException {
        var head = ByteBuffer.allocate(8);
        channel.read(head, 0);
        var bytes = new String(head.array(), 0, head.position(), StandardCharsets.ISO_8859_1);
        var kind = bytes.startsWith("\u0080\u0004")
                        || bytes.startsWith("\u0080\u0005")
                        || bytes.startsWith("\u0080\u0003")
                ? "a Python pickle"
                : bytes.startsWith("PK")
                        ? "a zip archive (PyTorch and Keras save such files)"
                        : bytes.startsWith("\u0089HDF")
                                ? "an HDF5 file (Keras)"
                                : bytes.startsWith("{") || bytes.startsWith("[")
                                        ? "JSON"
                                        : bytes.startsWith("version ") ? "a Git LFS pointer, not the file itself" : "";
        if (!kind.isEmpty()) {
            throw new ModelLoadFailed("not an ONNX model: it looks like " + kind);
        }
    }

    private long varint() throws IOException {
        var value = 0L;
        for (var shift = 0; shift < Long.SIZE; shift += 7) {
            if (position >= length) {
                throw truncated();
            }
            single.clear();
            channel.read(single, position++);
            var next = single.get(0);
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw notOnnx();
    }

    private void skip(long bytes) {
        if (bytes < 0) {
            throw notOnnx();
        }
        if (bytes > length - position) {
            throw truncated();
        }
        position += bytes;
    }

    private ModelLoadFailed truncated() {
        return new ModelLoadFailed(
                "not an ONNX model, or one that was cut short: its content goes on past the file's end at %d bytes"
                        .formatted(length));
    }

    private static ModelLoadFailed notOnnx() {
        return new ModelLoadFailed("not an ONNX model: the file is not a protocol-buffer message of that kind");
    }
}
