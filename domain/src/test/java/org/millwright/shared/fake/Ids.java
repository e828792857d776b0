package org.millwright.shared.fake;

import java.util.Arrays;
import java.util.UUID;
import org.millwright.shared.IdSource;

/** Ids and secrets that count: the first is 1, the next 2. */
public final class Ids implements IdSource {
    private int last;

    @Override
    public synchronized UUID nextId() {
        return new UUID(0, ++last);
    }

    @Override
    public synchronized byte[] nextSecret(int length) {
        var secret = new byte[length];
        Arrays.fill(secret, (byte) ++last);
        return secret;
    }
}
