package org.millwright.wire.mlflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A word of a list in the protocol's definition. Clients write it as a name or as its number. */
final class EnumWord {
    private EnumWord() {}

    /**
     * @param numbered the words in the order of their numbers, which start at 1
     * @return the word; null when nothing was sent. What is none of the words comes back as it was sent
     */
    static @Nullable String of(@Nullable JsonNode sent, List<String> numbered) {
        if (sent == null || sent.isNull()) {
            return null;
        }
        var text = sent.asText();
        for (var index = 0; index < numbered.size(); index++) {
            if (text.equals(Integer.toString(index + 1))) {
                return numbered.get(index);
            }
        }
        return text;
    }

    /** From a query string. */
    static @Nullable JsonNode ofQuery(@Nullable String text) {
        return text == null ? null : TextNode.valueOf(text);
    }
}
