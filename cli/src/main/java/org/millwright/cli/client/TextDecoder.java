package org.millwright.cli.client;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/** Decodes UTF-8 that arrives in pieces, which may be cut in the middle of a letter. What is no UTF-8 becomes a replacement character. */
final class TextDecoder {
    private final CharsetDecoder decoder = StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    private ByteBuffer begun = ByteBuffer.allocate(0);

    String decode(byte[] bytes, int count) {
        var all = ByteBuffer.allocate(begun.remaining() + count);
        all.put(begun).put(bytes, 0, count).flip();
        var text = CharBuffer.allocate(all.remaining() + 1);
        decoder.decode(all, text, false);
        begun = all.slice();
        return text.flip().toString();
    }

    /** What is left of a letter that never came whole. */
    String rest() {
        var text = CharBuffer.allocate(begun.remaining() + 4);
        decoder.decode(begun, text, true);
        decoder.flush(text);
        decoder.reset();
        begun = ByteBuffer.allocate(0);
        return text.flip().toString();
    }
}
