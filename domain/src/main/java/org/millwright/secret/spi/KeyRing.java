package org.millwright.secret.spi;

import java.util.List;
import org.millwright.access.SecretPlace;
import org.millwright.secret.model.KeyId;
import org.millwright.secret.model.SealingKey;
import org.millwright.shared.Refused;

/** The keys that seal the data keys of sealed values. Whatever is kept elsewhere may be out of reach. */
public interface KeyRing {

    /** @throws Refused with Unavailable */
    KeyId primary();

    /** The primary one first. @throws Refused with Unavailable */
    List<SealingKey> keys();

    /** Whether this server can use a key, as far as it knows without asking where keys are kept. */
    boolean has(KeyId key);

    /** Whether the operator says that a key is lost for good, with all that it sealed. */
    boolean isGivenUp(KeyId key);

    /** For people: where it looks for keys, by the names of the settings. */
    String inWords();

    /**
     * Makes a new key and lets it be the primary one.
     *
     * @throws Refused with NotSupported when this server cannot make keys where its primary one is kept, or Unavailable
     */
    KeyId renew();

    /** Looks anew which keys there are, because others may have added some. @throws Refused with Unavailable */
    void refresh();

    /** @throws Refused with WrongState when it is the primary one or not this server's to remove */
    void remove(KeyId key);

    /**
     * Wraps the data key of a sealed value by the primary key; the value itself stays encrypted as it is.
     *
     * @throws Refused with Unavailable
     * @throws IllegalStateException when it cannot be opened
     */
    String rewrap(SecretPlace place, String sealed);
}
