package org.millwright.wire.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.TSFBuilder;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serial;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON from a request and refuses the one character that JSON allows and PostgreSQL's text does not, at the place
 * where it stands and before anything is done.
 */
public class NulFreeJson extends JsonFactory {
    @Serial
    private static final long serialVersionUID = 1L;

    /** @param settings of {@link JsonFactory#builder()} */
    public NulFreeJson(TSFBuilder<?, ?> settings) {
        super((JsonFactoryBuilder) settings);
    }

    @Override
    public JsonParser createParser(InputStream content) throws IOException {
        return new Parser(super.createParser(content));
    }

    private static final class Parser extends JsonParserDelegate {
        Parser(JsonParser reading) {
            super(reading);
        }

        @Override
        public @Nullable JsonToken nextToken() throws IOException {
            var token = super.nextToken();
            if ((token == JsonToken.VALUE_STRING || token == JsonToken.FIELD_NAME)
                    && getText().indexOf(0) >= 0) {
                throw new JsonParseException(this, "the text holds a NUL character, which cannot be kept");
            }
            return token;
        }
    }
}
