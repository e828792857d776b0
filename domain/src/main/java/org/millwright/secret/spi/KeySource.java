package org.millwright.secret.spi;

import java.util.List;
import org.millwright.secret.model.KeyId;
import org.millwright.shared.Refused;

/** A place outside that keeps key-encryption keys and never gives them away: it wraps and unwraps data keys itself. */
public interface KeySource {

    /** Whether the operator named one. When not, nothing else of it is asked. */
    boolean isConfigured();

    /** For people: which one it is. */
    String inWords();

    /** Whether a key of that name would be one of its own, whether or not it is there. */
    boolean isOwn(KeyId key);

    /** Newest last. @throws Refused with Unavailable */
    List<KeyId> keys();

    /** Forgets what it remembers of the keys that there are. */
    void refresh();

    /** @throws Refused with NotSupported when this server may not, or Unavailable */
    KeyId renew();

    /** @throws Refused with Unavailable */
    byte[] wrap(KeyId key, byte[] dataKey);

    /** @throws Refused with Unavailable; @throws IllegalStateException when it does not unwrap */
    byte[] unwrap(KeyId key, byte[] wrapped);
}
