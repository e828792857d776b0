package org.millwright.secret.model;

import java.util.List;
import java.util.Map;

/** All that is sealed, of every context. */
public interface SealedValueRepository {

    /** How many values each key seals. */
    Map<KeyId, Long> countByKey();

    /** Some of those that the key seals, in no order. */
    List<SealedValue> sealedWith(KeyId key, int most);

    /** Some of those that another key seals, in no order. */
    List<SealedValue> notSealedWith(KeyId key, int most);

    /** @return false when the value has become another meanwhile; then nothing was changed */
    boolean replace(SealedValue value, String sealed);

    /** Has a server look, soon, for what is not sealed with the primary key. */
    void askForRewrapping();
}
